import {
  type AgentOutcome,
  type ApprovalQuestion,
  type ApprovalVerdict,
  allowEveryCall,
  createAllvAgentApi,
  createToolProvider,
  defineTool,
  type PolicyAdapter,
  type ToolsAdapter,
} from 'allv-mcp'
import { createPostgresAdapters } from 'allv-mcp/postgres'
import { openEmbedded } from './support/databases.js'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

/** The policy, or else the tools, decide which calls need an approval. If either is faulty, nothing runs. */

const start = scenes()
const embedded = await openEmbedded()
afterAll(() => embedded.close())

const ADD = ['deals.add', { a: 1, b: 2 }] as const
const DELETE = ['deals.delete', { dealId: 'd1' }] as const
const UPDATE = ['agent.update_memory', { key: 'tone', text: 'warm' }] as const

async function callIn(
  world: Pick<World, 'options'>,
  [name, args]: readonly [string, object],
): Promise<AgentOutcome> {
  return (await agentOf(world)).callTool(name, args)
}

const agentOf = ({ options }: Pick<World, 'options'>) =>
  createAllvAgentApi(options).asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })

const statusIn = async (world: World, call: readonly [string, object]) => (await callIn(world, call)).status
const under = (policy: PolicyAdapter, options: WorldOptions = {}) =>
  createWorld({ ...options, adapt: () => ({ policy }) })
const says = (verdict: ApprovalVerdict): PolicyAdapter => ({ evaluate: async () => verdict })

describe('the policy', () => {
  it('is that of the tools if the host gives none', async () => {
    const world = createWorld()
    expect(world.options.adapters.policy).toBeUndefined()
    expect(await statusIn(world, ADD)).toBe('completed')
    expect(await statusIn(world, DELETE)).toBe('pending_approval')
    expect(await callIn(world, ['deals.forbidden', {}])).toMatchObject({
      status: 'denied',
      code: 'APPROVAL_DENIED',
    })
    expect(world.executions.map(({ tool }) => tool)).toEqual(['deals.add'])
  })

  it.each([null, undefined])(
    'is inherited by an instance of a class, where another adapter is %p',
    async (none) => {
      const world = createWorld()
      class Host {
        readonly apiKeys = world.adapters.apiKeys
        readonly members = world.adapters.members
        readonly tools = world.options.adapters.tools
        readonly audit = none
        get policy(): PolicyAdapter {
          return { evaluate: async () => ({ verdict: 'deny' }), needsApprovals: false }
        }
      }
      const options = { ...world.options, adapters: new Host() as never }
      expect((await callIn({ options }, ADD)).status).toBe('denied')
      expect(world.executions).toEqual([])
    },
  )

  it('is that of the tools for stores in PostgreSQL, spread beside them', async () => {
    const { pool, schema } = embedded
    const stores = createPostgresAdapters({ pool, schema })
    await stores.members.put({ id: 'mem_ada', workspaceId: 'ws', email: 'ada@ws.test', active: true })
    const ran: string[] = []
    const tools = createToolProvider([
      defineTool({
        name: 'deals.delete',
        description: 'Deletes a deal.',
        input: { type: 'object' },
        approval: 'operator',
        run: () => void ran.push('deleted'),
      }),
    ])
    const api = createAllvAgentApi({ adapters: { ...stores, tools }, approvalHoldMs: 0 })
    const ada = await api.asMember({ workspaceId: 'ws', memberId: 'mem_ada', via: 'test' })
    const pending = await ada.callTool('deals.delete')
    if (pending.status !== 'pending_approval') throw new Error(pending.status)
    expect(ran).toEqual([])
    const { id } = pending.approval
    await stores.approvals.decide({ id, decision: 'approve', decidedBy: 'olga' })
    expect((await ada.callTool('deals.delete')).status).toBe('completed')
    expect(ran).toEqual(['deleted'])
    await stores.events.close()
  })

  it('takes the place of the rules of the tools', async () => {
    const asked: ApprovalQuestion[] = []
    const world = under({
      async evaluate(question) {
        asked.push(question)
        return question.tool.name === 'deals.add' ? { verdict: 'operator' } : { verdict: 'allow' }
      },
    })
    expect(await statusIn(world, ADD)).toBe('pending_approval')
    expect(await statusIn(world, DELETE)).toBe('completed')
    expect(asked[0]).toMatchObject({
      context: { workspaceId: 'ws_acme', member: { id: 'mem_maria' } },
      tool: { name: 'deals.add' },
      arguments: { a: 1, b: 2 },
    })
  })

  it('adds to the rules of the tools if it asks them', async () => {
    const world = createWorld({
      adapt: ({ tools }) => ({
        policy: {
          evaluate: async (question) =>
            question.tool.name === 'deals.add' ? { verdict: 'member' } : tools.evaluate(question),
        },
      }),
    })
    expect(await statusIn(world, ADD)).toBe('pending_approval')
    expect(await statusIn(world, DELETE)).toBe('pending_approval')
    expect(world.adapters.approvals.list().map(({ approver }) => approver)).toEqual(['operator', 'member'])
  })

  it('is asked about the built-in tool that writes, and never about those that only read', async () => {
    const world = under(says({ verdict: 'deny' }))
    expect(await statusIn(world, UPDATE)).toBe('denied')
    expect(await statusIn(world, ['agent.read_memory', { key: 'tone' }])).toBe('completed')
  })

  it('is called as a method, of the policy or of the tools', async () => {
    class Office {
      readonly #closed = true
      async evaluate(): Promise<ApprovalVerdict> {
        return this.#closed ? { verdict: 'deny', reason: 'the office is closed' } : { verdict: 'allow' }
      }
    }
    class OfficeTools extends Office implements ToolsAdapter {
      async list() {
        return [{ name: 'deals.add', description: 'Adds.', inputSchema: { type: 'object' } }]
      }
      async call() {
        return {}
      }
    }
    for (const adapters of [{ policy: new Office() }, { tools: new OfficeTools() }])
      expect(await callIn(createWorld({ adapt: () => adapters }), ADD)).toMatchObject({
        code: 'APPROVAL_DENIED',
        message: expect.stringContaining('the office is closed'),
      })
  })
})

describe('allowEveryCall', () => {
  it('asks for nothing, whatever the tools say', async () => {
    const world = under(allowEveryCall())
    expect(await statusIn(world, DELETE)).toBe('completed')
    expect(await statusIn(world, UPDATE)).toBe('completed')
    expect(world.adapters.approvals.list()).toEqual([])
  })

  it('needs no store of approvals, and cannot be changed', async () => {
    const policy = allowEveryCall()
    expect(Object.isFrozen(policy)).toBe(true)
    const { approvals: _, ...adapters } = createWorld().options.adapters
    const outcome = await callIn({ options: { adapters: { ...adapters, policy } } } as never, DELETE)
    expect(outcome.status).toBe('completed')
  })
})

const down = new Error('connect 10.0.0.1 password=hunter2')
const faults: readonly [string, () => unknown, string][] = [
  [
    'throws',
    () => {
      throw down
    },
    'UNAVAILABLE',
  ],
  ['rejects', () => Promise.reject(down), 'UNAVAILABLE'],
  ['hangs', () => new Promise(() => {}), 'UNAVAILABLE'],
  ['gives null', async () => null, 'INTERNAL'],
  ['gives nothing', () => undefined, 'INTERNAL'],
  ['gives true', async () => true, 'INTERNAL'],
  ['gives a text', async () => 'allow', 'INTERNAL'],
  ['gives a list', async () => [{ verdict: 'allow' }], 'INTERNAL'],
  ['gives an unknown verdict', async () => ({ verdict: 'allowed' }), 'INTERNAL'],
  ['gives a verdict of its prototype', async () => Object.create(null), 'INTERNAL'],
  ['gives a bad ttlMs', async () => ({ verdict: 'operator', ttlMs: 0 }), 'INTERNAL'],
]

describe.each(['policy', 'tools'] as const)('a policy of adapter "%s" that', (place) => {
  it.each(faults)('%s lets nothing run, and does not reveal why', async (_, evaluate, code) => {
    const { world, running } = await start({
      adapterTimeoutMs: 50,
      adapt: ({ tools }) => ({
        [place]: { ...(place === 'tools' ? tools : {}), evaluate: evaluate as PolicyAdapter['evaluate'] },
      }),
    })
    for (const [name, args] of [ADD, DELETE, UPDATE]) {
      const answer = await post(running, { body: toolCall(name, args) })
      expect([answer.json.result, answer.json.error?.data['code']]).toEqual([undefined, code])
      expect(answer.text).not.toMatch(/hunter2|verdict|policy/)
    }
    expect(world.executions).toEqual([])
    expect(world.adapters.approvals.list()).toEqual([])
    expect(
      (await world.adapters.memory.read({ workspaceId: 'ws_acme' } as never, { key: 'tone' }))?.text,
    ).toBe('formal')
    expect(world.failures.map((failure) => failure.code)).toEqual([code, code, code])
  })
})

it('lets nothing run when its method was removed', async () => {
  const policy: { evaluate?: PolicyAdapter['evaluate'] } = { evaluate: async () => ({ verdict: 'allow' }) }
  const world = under(policy as PolicyAdapter)
  const maria = await agentOf(world)
  expect((await maria.callTool(...ADD)).status).toBe('completed')
  delete policy.evaluate
  await expect(maria.callTool(...ADD)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(world.executions).toHaveLength(1)
})

describe('a host without approvals', () => {
  const ran: string[] = []
  const tools: ToolsAdapter = {
    list: async () => [{ name: 'deals.wipe', description: 'Wipes.', inputSchema: { type: 'object' } }],
    call: async (_, { name }) => {
      ran.push(name)
      return {}
    },
  }
  const failures: { readonly error: unknown; readonly code: string }[] = []
  const hostWith = (over: object) => {
    const { approvals: _, ...adapters } = createWorld().adapters
    const options = {
      adapters: { ...adapters, tools, ...over },
      onError: (error: unknown, { code }: { code: string }) => failures.push({ error, code }),
    }
    return { world: { options } as never, runs: adapters.runs }
  }
  beforeEach(() => {
    ran.length = 0
    failures.length = 0
  })

  it('runs every call if there is no policy either', async () => {
    const { world } = hostWith({})
    expect((await callIn(world, ['deals.wipe', {}])).status).toBe('completed')
    expect((await callIn(world, UPDATE)).status).toBe('completed')
    expect(ran).toEqual(['deals.wipe'])
  })

  it('denies calls that its policy denies', async () => {
    const { world } = hostWith({ policy: { ...says({ verdict: 'deny' }), needsApprovals: false } })
    expect((await callIn(world, ['deals.wipe', {}])).status).toBe('denied')
    expect(ran).toEqual([])
  })

  it.each([true, 'operator', undefined, {}, { verdict: 'operater' }])(
    'runs nothing for a rule that gives %j, and tells onError what a rule returns',
    async (given) => {
      const { world } = hostWith({ policy: { evaluate: async () => given, needsApprovals: false } })
      await expect(callIn(world, ['deals.wipe', {}])).rejects.toMatchObject({ code: 'INTERNAL' })
      expect(ran).toEqual([])
      expect(String(failures[0]?.error)).toBe(
        "TypeError: the approval of the tool, or policy.evaluate, gave no verdict; return an object such as { verdict: 'allow' }, with allow, deny, operator or member",
      )
    },
  )

  it.each(['operator', 'member'] as const)(
    'runs nothing for a policy that asks for the approval of a %s, although needsApprovals is false',
    async (verdict) => {
      const { world, runs } = hostWith({ policy: { ...says({ verdict }), needsApprovals: false } })
      await expect(callIn(world, ['deals.wipe', {}])).rejects.toMatchObject({ code: 'INTERNAL' })
      expect(ran).toEqual([])
      expect(failures).toEqual([
        {
          code: 'INTERNAL',
          error: expect.objectContaining({
            message: expect.stringMatching(/there is no adapter "approvals"/),
          }),
        },
      ])
      expect(runs.all().map(({ status, errorCode }) => [status, errorCode])).toEqual([['failed', 'INTERNAL']])
    },
  )
})

it('needs no approvals for tools without a rule', () => {
  const tool = (approval: 'none' | 'member') =>
    defineTool({
      name: `a.${approval}`,
      description: 'x',
      input: { type: 'object' },
      approval,
      run: () => 'x',
    })
  expect(createToolProvider([]).needsApprovals).toBe(false)
  expect(createToolProvider([tool('none')]).needsApprovals).toBe(false)
  expect(createToolProvider([tool('none'), tool('member')]).needsApprovals).toBe(true)
  expect(createToolProvider([], { fallback: () => ({ verdict: 'allow' }) }).needsApprovals).toBe(true)
})

it('runs no tool with a rule when its list was put together without the rules, and there is no store either', async () => {
  const ran: string[] = []
  const named = (name: string, approval?: 'operator') =>
    defineTool({
      name,
      description: 'Notes that it ran.',
      input: { type: 'object' },
      ...(approval === undefined ? {} : { approval }),
      run: () => {
        ran.push(name)
        return 'done'
      },
    })
  const provider = createToolProvider([named('free'), named('guarded', 'operator')])
  const { apiKeys, members } = createWorld().options.adapters
  const failures: string[] = []
  const agent = await createAllvAgentApi({
    adapters: {
      apiKeys,
      members,
      tools: {
        list: async (context) => (await provider.list(context)).map((tool) => ({ ...tool })),
        call: (context, call) => provider.call(context, call),
      },
    },
    onError: (error) => failures.push(String(error)),
  }).asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
  expect((await agent.callTool('free')).status).toBe('completed')
  await expect(agent.callTool('guarded')).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(ran).toEqual(['free'])
  expect(failures).toEqual([
    expect.stringContaining('the tool "guarded" has an approval rule, and no policy evaluates it'),
  ])
})
