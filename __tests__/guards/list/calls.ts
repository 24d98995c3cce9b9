/** What a call may do: tools, memory, handles that clients carry, runs and their keys. */

import { guards } from '../guard.js'

const SCOPED = ['__tests__/visibility.test.ts', '__tests__/memory-and-tools.test.ts']
const STATE = [
  '__tests__/state-of-another-method.test.ts',
  '__tests__/input-requests.test.ts',
  '__tests__/threats/request-state.test.ts',
]
const TASKS = [
  '__tests__/untrusted-task-stores.test.ts',
  '__tests__/threats/task-permission.test.ts',
  '__tests__/threats/forgery.test.ts',
  '__tests__/tasks.test.ts',
]
const KEYED = ['__tests__/idempotency.test.ts', '__tests__/untrusted-run-stores.test.ts']

export const CALL_GUARDS = [
  ...guards('lib/control-plane/access/tool-catalogue.ts', SCOPED, [
    [
      'one scope of several is enough',
      'return scopes.every((scope) => hasScope(credential, scope))',
      'return scopes.length === 0 || scopes.some((scope) => hasScope(credential, scope))',
    ],
    [
      'tools without their scope are listed and run',
      'tools.filter((_, i) => granted[i])',
      'tools.filter((_, i) => granted[i] !== undefined)',
    ],
  ]),
  ...guards(
    'lib/control-plane/content/prompts.ts',
    ['__tests__/prompts-and-resources.test.ts'],
    [
      [
        'prompts without their scope are listed',
        'filter(({ scopes }) => scopesMissing(credential, scopes) === null)',
        "filter(({ name }) => name !== '')",
      ],
      [
        'prompts without their scope are got',
        'if (prompt === undefined || reason !== null)',
        'if (prompt === undefined)',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/content/memory.ts',
    ['__tests__/memory-keys.test.ts', '__tests__/isolation.test.ts'],
    [
      [
        'memory is listed without its scope',
        'if (!mayReadMemory(admitted)) return { entries: [], nextCursor: null }',
        '',
      ],
      [
        'an entry is read without the scope',
        'if (!mayReadMemory(admitted) || !isMemoryKey(key)) return null',
        'if (!isMemoryKey(key)) return null',
      ],
      [
        'a key that climbs reaches the adapter',
        'if (!mayReadMemory(admitted) || !isMemoryKey(key)) return null',
        'if (!mayReadMemory(admitted)) return null',
      ],
      [
        'entries whose key is no key are listed',
        'entries: entries.filter(({ key }) => isMemoryKey(key))',
        'entries: [...entries]',
      ],
      [
        'a store that matches keys loosely shows another entry',
        'if (given?.key !== key) return null',
        'if (!given) return null',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/content/memory-key.ts',
    ['__tests__/memory-keys.test.ts'],
    [
      ['keys have no longest length', 'key.length <= MAX_KEY_LENGTH &&', ''],
      ['half characters are keys', 'key.isWellFormed() &&', ''],
      ['control characters and backslashes are keys', '!/[\\p{Cc}\\\\]/u.test(key) &&', ''],
      [
        'keys climb',
        "segment === '' || segment === '.' || segment === '..'",
        "segment === '' || segment === '.'",
      ],
      [
        'keys have empty segments',
        "segment === '' || segment === '.' || segment === '..'",
        "segment === '.' || segment === '..'",
      ],
      [
        'keys stand still',
        "segment === '' || segment === '.' || segment === '..'",
        "segment === '' || segment === '..'",
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/request/cursors.ts',
    ['__tests__/isolation.test.ts', '__tests__/paging.test.ts'],
    [
      ['a cursor of one list works on another', "state['list'] === list &&", ''],
      ['a cursor of another workspace works', "state['workspaceId'] === context.workspaceId &&", ''],
      [
        'a cursor of another member works',
        "state['memberId'] === context.member.id",
        "state['memberId'] !== ''",
      ],
    ],
  ),
  ...guards('lib/control-plane/input/request-state.ts', STATE, [
    ['request state of another caller is taken', '    ...ownerFields(context),\n', ''],
    [
      'request state of another method is taken',
      '    method,\n    target,\n    argumentsDigest,\n  }',
      '    target,\n    argumentsDigest,\n  }',
    ],
    [
      'request state of another target is taken',
      '    method,\n    target,\n    argumentsDigest,\n  }',
      '    method,\n    argumentsDigest,\n  }',
    ],
    [
      'request state of other arguments is taken',
      '    method,\n    target,\n    argumentsDigest,\n  }',
      '    method,\n    target,\n  }',
    ],
  ]),
  ...guards('lib/control-plane/calls/begin-run.ts', KEYED, [
    [
      'an idempotency key answers for other arguments',
      "if (earlier.argumentsDigest !== resumed.argumentsDigest) throw new AllvError('IDEMPOTENCY_CONFLICT')",
      '',
    ],
    ['a run of another workspace answers', 'run.workspaceId === context.workspaceId &&', ''],
    ['a run of another member answers', 'run.memberId === context.member.id &&', ''],
    ['a run of another tool answers', 'run.tool === tool.name &&', ''],
    ['a run of another key answers', 'run.idempotencyKey === key', 'run.idempotencyKey !== undefined'],
  ]),
  ...guards(
    'lib/control-plane/calls/begin-run.ts',
    ['__tests__/request-state-once.test.ts', '__tests__/threats/request-state.test.ts'],
    [
      [
        'answers of a round are used twice without a run log',
        "if (usedStates.has(round.stateId)) throw new AllvError('REQUEST_STATE_INVALID')",
        '',
      ],
    ],
  ),
  ...guards('lib/control-plane/tasks/find.ts', TASKS, [
    ["another member's task is found", 'run.memberId === member.id', 'run.memberId.length > 0'],
    ['a task of another workspace is found', 'run.workspaceId === workspaceId &&', ''],
    ['a run that the store mixed up is a task', 'run?.id === taskId &&', 'run !== null &&'],
    [
      'tasks of a tool that the member may no longer use go on',
      'const tool = (await callableTools(runtime, admitted)).find(({ name }) => name === run.tool)',
      'const tool = (await runtime.config.adapters.tools.list(admitted.context)).find(({ name }) => name === run.tool)',
    ],
    [
      'an approval of other arguments carries a task',
      'approval.argumentsDigest === run.argumentsDigest',
      "approval.argumentsDigest !== ''",
    ],
    ['an approval of another member carries a task', 'approval.memberId === run.memberId &&', ''],
    ['an approval of another workspace carries a task', 'approval.workspaceId === run.workspaceId &&', ''],
    ['an approval of another tool carries a task', 'approval.tool === run.tool &&', ''],
    ['another approval carries a task', 'approval.id === run.approvalId &&', ''],
  ]),
  ...guards(
    'lib/mcp/jsonrpc/messages.ts',
    ['__tests__/status-table.test.ts', '__tests__/hostile/hostile.test.ts', '__tests__/batches.test.ts'],
    [
      ['batches have no longest length', '|| items.length > MAX_BATCH', ''],
      ['an empty batch is a request', 'items.length === 0 || ', ''],
      ['two requests of a batch share an id', 'ids.size !== requests.length || ', ''],
      ['initialize travels in a batch', "|| requests.some(({ method }) => method === 'initialize')", ''],
    ],
  ),
  ...guards(
    'lib/agent/api.ts',
    ['__tests__/agent-admission.test.ts', '__tests__/close-agent.test.ts'],
    [
      [
        'an agent goes on after its key was revoked',
        'return await act(await enter(face, caller))',
        'return await act(((caller as { kept?: Admitted }).kept ??= await enter(face, caller)))',
      ],
      ['an agent that closes does not wait for its calls', 'face.lifecycle.enter()', 'void face'],
      ['an agent that closes still waits for people', 'closing: lifecycle.closing,', 'closing: NEVER,'],
    ],
  ),
  ...guards(
    'lib/control-plane/runtime/lifecycle.ts',
    ['__tests__/close-agent.test.ts'],
    [
      ['a control plane that closes does not wait for its faces', 'await Promise.all(closed)', ''],
      [
        'a closed control plane opens a face',
        'if (controller.signal.aborted) void child.close()\n      else children.add(child)',
        'children.add(child)',
      ],
    ],
  ),
]
