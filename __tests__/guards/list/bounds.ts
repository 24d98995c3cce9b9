/** Bounds of bytes and work, and what waits for the rest of a request. */

import { guards } from '../guard.js'

export const BOUND_GUARDS = [
  ...guards(
    'lib/mcp/router.ts',
    ['__tests__/body-timeout.test.ts'],
    [
      [
        'a call runs after its key was revoked while the body came',
        'const admitted = late ? await admitLate(runtime, first) : first',
        'const admitted = first',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/era-2025/entry.ts',
    ['__tests__/hostile/readers.test.ts', '__tests__/listen-work.test.ts'],
    [
      [
        'a batch counts as one',
        'if (incoming.batch) await countFurther(runtime, admitted, incoming.size - 1)',
        '',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/era-2026/listen-filter.ts',
    ['__tests__/listen-work.test.ts'],
    [
      [
        'a listen filter counts as one',
        'await countFurther(runtime, admitted, uris.length + taskIds.length - 1)',
        '',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/era-2026/listen.ts',
    ['__tests__/listen.test.ts'],
    [
      [
        'a member opens any number of streams',
        "if (count >= MAX_STREAMS) throw new AllvError('TOO_MANY_STREAMS')",
        '',
      ],
    ],
  ),
  ...guards(
    'lib/mcp/era-2026/listen-stream.ts',
    ['__tests__/listen.test.ts', '__tests__/listen-work.test.ts'],
    [
      [
        'a listener hears of an entry that they may not read any more',
        'else if (!mustBeReadable || (await isReadable(this.runtime, current, uri))) this.#send(method, { uri })',
        'else this.#send(method, { uri })',
      ],
      [
        'a stream continues after admission was refused',
        'await this.#sendAll(await readmit(runtime, admitted), notes)',
        'await this.#sendAll(admitted, notes)',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/calls/execute.ts',
    ['__tests__/output-limit.test.ts'],
    [
      [
        'a tool answers without a limit',
        'if (result === null) return tooLarge(runtime, approved)',
        'if (result === null) return succeeded(runId, {})',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/admission/admit.ts',
    ['__tests__/member-extra.test.ts'],
    [
      [
        'a call that waited runs for another member with the email address of its member',
        "if (!isSameCaller(selected.context, context)) throw new AllvError('MEMBER_NOT_ALLOWED')",
        '',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/calls/execute.ts',
    ['__tests__/input-requests-admission.test.ts', '__tests__/changed-while-waiting.test.ts'],
    [
      [
        'a tool that asked continues after admission was refused',
        'return stopped ?? attempt(runtime, again, answered)',
        'return attempt(runtime, again, answered)',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/operations/tasks.ts',
    ['__tests__/listen-work.test.ts'],
    [
      [
        'runs that were answered at once are followed',
        'return couldBeTask(await findTask(runtime, admitted, taskId))',
        'return (await findTask(runtime, admitted, taskId)) !== null',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/tasks/run-as-task.ts',
    ['__tests__/tasks-left-early.test.ts'],
    [
      [
        'a tool continues although its client disconnected before it got the task',
        'const onGone = () => stop.abort()',
        'const onGone = () => {}',
      ],
    ],
  ),
  ...guards(
    'lib/control-plane/approvals/mark-runs.ts',
    ['__tests__/shared-runs.test.ts', '__tests__/tasks.test.ts', '__tests__/marked-runs.test.ts'],
    [['a mark overwrites a run that was cancelled meanwhile', '    ifCheckpoint: null,\n', '']],
  ),
]
