import {
  type Adapters,
  type ApprovalQuestion,
  ask,
  createAllvAgentApi,
  createAllvMcpRouter,
  createToolProvider,
  defineTool,
  type Member,
  type MemberContext,
  type MembersAdapter,
  type ToolOptions,
  type ToolRun,
  type ToolSchema,
} from 'allv-mcp'
import type { PostgresAdapters } from 'allv-mcp/postgres'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import { z } from 'zod'
import { failureLine } from '../lib/adapter-kit/failure-line.js'
import { runtimeOf } from '../lib/control-plane/runtime/control-plane.js'
import { askEverything, listened, OWN, offerings } from './support/everything.js'
import { post, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { QUESTION } from './support/tools.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

/** `extra` of a member: an object of the host that only the host's code gets, as it is. */

const start = scenes()

interface Acme {
  readonly plan: 'free' | 'pro'
}
interface Other {
  readonly color: number
}

/** The members of the world, with what `extraOf` gives at each look. */
const membersWith =
  (extraOf: (member: Member) => unknown) =>
  ({ members }: Pick<World['adapters'], 'members'>): MembersAdapter => {
    const withExtra = (member: Member | null) =>
      member === null ? null : { ...member, extra: extraOf(member) }
    return {
      findById: async (query) => withExtra(await members.findById(query)),
      findByEmail: async (query) => withExtra(await members.findByEmail(query)),
    }
  }

/** The same adapters. They pass each context that they get, and the method, to `record`. */
function recordedBy(adapters: Partial<Adapters>, record: (method: string, context: MemberContext) => void) {
  const wrap = (name: string, adapter: object) =>
    new Proxy(adapter, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key)
        if (typeof method !== 'function') return method
        return (first: unknown, ...rest: readonly unknown[]) => {
          if (typeof first === 'object' && first !== null) {
            const context = 'member' in first ? first : Reflect.get(first, 'context')
            if (typeof context === 'object' && context !== null && 'member' in context)
              record(`${name}.${String(key)}`, context as MemberContext)
          }
          return Reflect.apply(method, target, [first, ...rest])
        }
      },
    })
  return Object.fromEntries(
    Object.entries(adapters).map(([name, adapter]) => [name, wrap(name, adapter as object)]),
  ) as Partial<Adapters>
}

const SECRET = 'the-planted-secret-of-a-member'

/** An object that notes each look into it, and that would give itself away in any text. */
function watched() {
  const looks: string[] = []
  const note = (trap: string) => looks.push(trap)
  const extra = new Proxy(
    { plan: SECRET, toString: () => SECRET, toJSON: () => SECRET },
    {
      get: (target, key, receiver) => {
        note(`get ${String(key)}`)
        return Reflect.get(target, key, receiver)
      },
      ownKeys: (target) => {
        note('ownKeys')
        return Reflect.ownKeys(target)
      },
      getOwnPropertyDescriptor: (target, key) => {
        note(`descriptor ${String(key)}`)
        return Reflect.getOwnPropertyDescriptor(target, key)
      },
      getPrototypeOf: (target) => {
        note('prototype')
        return Reflect.getPrototypeOf(target)
      },
      preventExtensions: (target) => {
        note('freeze')
        return Reflect.preventExtensions(target)
      },
      isExtensible: (target) => {
        note('isFrozen')
        return Reflect.isExtensible(target)
      },
    },
  )
  return { extra, looks }
}

/** The contents of the sealed tokens in a text. */
async function unsealed(world: World, text: string): Promise<readonly object[]> {
  const { sealer } = runtimeOf(world.options)
  const tokens = text.match(/\beyJ[\w.-]{60,}/g) ?? []
  const purposes = ['cursor', 'session', 'round', 'task'] as const
  const opened = await Promise.all(
    tokens.flatMap((token) => purposes.map((purpose) => sealer.open(purpose, token))),
  )
  return opened.filter((state) => state !== null)
}

/** Everything asked of a host whose members have a watched `extra`. */
async function secretive() {
  const { extra, looks } = watched()
  const given: [string, unknown][] = []
  const published: string[] = []
  const adapt: WorldOptions['adapt'] = (own) => {
    const all = offerings(own)
    const { events, ...offered } = all
    const { memory, tools, approvals } = own
    return {
      ...recordedBy({ memory, tools, approvals, ...offered }, (method, { member }) =>
        given.push([method, member.extra]),
      ),
      members: membersWith(() => extra)(own),
      ...(events === undefined
        ? {}
        : {
            events: {
              publish: async (event) => {
                published.push(JSON.stringify(event))
                await events.publish(event)
              },
              subscribe: (listener) => events.subscribe(listener),
            },
          }),
    }
  }
  const host = listened(await start({ ...OWN, adapt }))
  await askEverything(host)
  return { extra, looks, given, published, host }
}

const METHODS = [
  'memory.list',
  'memory.read',
  'memory.update',
  'prompts.complete',
  'prompts.get',
  'prompts.list',
  'resources.complete',
  'resources.list',
  'resources.read',
  'resources.templates',
  'tools.call',
  'tools.evaluate',
  'tools.list',
]

it('gives the same object to every adapter that gets a context, and never reads it', async () => {
  const { extra, looks, given } = await secretive()
  expect([...new Set(given.map(([method]) => method))].sort()).toEqual(expect.arrayContaining(METHODS))
  expect(given.filter(([, handed]) => handed !== extra)).toEqual([])
  expect(looks).toEqual([])
})

it('puts it into no answer, record, event, sealed state or log line', async () => {
  const { host, published } = await secretive()
  const { runs, audit, approvals } = host.world.adapters
  const lines = host.world.failures.map(({ error, ...report }) => failureLine(error, report as never))
  const sealed = await unsealed(host.world, host.received.join('\n'))
  const sinks: Readonly<Record<string, readonly unknown[]>> = {
    answers: host.received,
    runs: runs.all(),
    audit: audit.events,
    approvals: approvals.list(),
    events: published,
    failures: host.world.failures.map(({ error, ...report }) => [String(error), report]),
    lines,
    sealed,
  }
  for (const [sink, found] of Object.entries(sinks)) {
    expect([sink, found.length > 0]).toEqual([sink, true])
    expect([sink, JSON.stringify(found).includes(SECRET)]).toEqual([sink, false])
  }
})

describe('after a wait', () => {
  let now: unknown
  let seen: unknown[] = []
  const note = defineTool({
    name: 'note',
    description: 'Notes whom it runs for, after asking.',
    input: z.object({ asks: z.boolean() }),
    approval: ({ asks }, { context }) => {
      seen.push(context.member.extra)
      return { verdict: asks ? 'allow' : 'operator' }
    },
    run: ({ asks }, { context, answers }) => {
      seen.push(context.member.extra)
      return asks && answers === null ? ask({ inputRequests: { color: QUESTION } }) : 'noted'
    },
  })
  const [before, after] = [{ plan: 'free' }, { plan: 'pro' }]
  const options: WorldOptions = {
    tools: [note],
    approvalHoldMs: 60_000,
    adapt: (own) => ({ ...offerings(own), members: membersWith(() => now)(own) }),
  }
  beforeEach(() => {
    now = before
    seen = []
  })

  it('for a decision, the policy and the tool get the member as it is then', async () => {
    const { world, running } = await start(options)
    const { approvals } = world.adapters
    const call = post(running, { body: toolCall('note', { asks: false }) })
    await until(() => approvals.waiting() === 1)
    now = after
    const id = approvals.list()[0]?.id ?? ''
    await approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    expect((await call).json.result.content[0].text).toBe('noted')
    expect(seen).toHaveLength(3)
    expect(seen[0]).toBe(before)
    for (const one of seen.slice(1)) expect(one).toBe(after)
  })

  it('for an answer within the call, the policy and the tool get it too', async () => {
    const api = createAllvAgentApi(createWorld(options).options)
    const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
    expect(maria.member.extra).toBe(before)
    const onInput = async () => {
      now = after
      return { color: { action: 'accept', content: { color: 'red' } } } as const
    }
    const outcome = await maria.callTool('note', { asks: true }, { onInput })
    expect(outcome).toMatchObject({ status: 'completed' })
    expect(seen).toHaveLength(4)
    for (const one of seen.slice(0, 2)) expect(one).toBe(before)
    for (const one of seen.slice(2)) expect(one).toBe(after)
  })

  it('nothing runs when the email address belongs to another member by then', async () => {
    const { world, running } = await start(options)
    const { approvals, members } = world.adapters
    const call = post(running, { body: toolCall('note', { asks: false }) })
    await until(() => approvals.waiting() === 1)
    const [maria, omar] = [
      await members.findById({ workspaceId: 'ws_acme', memberId: 'mem_maria' }),
      await members.findById({ workspaceId: 'ws_acme', memberId: 'mem_omar' }),
    ]
    if (maria === null || omar === null) throw new Error('both are members')
    members.add({ ...maria, email: 'former@acme.test' })
    members.add({ ...omar, email: maria.email })
    const id = approvals.list()[0]?.id ?? ''
    await approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    expect((await call).json.error?.data['code']).toBe('MEMBER_NOT_ALLOWED')
    expect(seen).toHaveLength(1)
  })
})

it('is the same object that was added, from members in memory', async () => {
  const extra = { plan: 'pro' as const, connection: new Map([['open', true]]) }
  const member = { id: 'm', workspaceId: 'w', email: 'm@w.test', active: true, extra }
  const { members } = createInMemoryAdapters({ members: [member] })
  const found = await members.findById({ workspaceId: 'w', memberId: 'm' })
  expect(found?.extra).toBe(extra)
  expect(Object.isFrozen(extra)).toBe(false)
  members.setActive('w', 'm', false)
  expect(await members.findByEmail({ workspaceId: 'w', email: 'm@w.test' })).toEqual({
    ...member,
    active: false,
  })
  expect((await members.findById({ workspaceId: 'w', memberId: 'm' }))?.extra).toBe(extra)
})

describe('its type', () => {
  const base = { description: 'x', input: z.object({ n: z.number() }) }
  /** What a host with many tools writes once. */
  const acmeTool = <I extends ToolSchema, O extends ToolSchema = ToolSchema>(
    options: ToolOptions<I, O, Acme>,
  ) => defineTool(options)
  const annotated = defineTool({
    ...base,
    name: 'annotated',
    output: z.object({ plan: z.string() }),
    run: ({ n }, { context }: ToolRun<Acme>) => ({ plan: `${context.member.extra?.plan} ${n.toFixed()}` }),
  })
  const bound = acmeTool({
    ...base,
    name: 'bound',
    approval: ({ n }, { context }) => ({
      verdict: n > 1 && context.member.extra?.plan === 'free' ? 'operator' : 'allow',
    }),
    visible: ({ member }) => member.extra?.plan === 'pro',
    run: ({ n }, { context }) => `${context.member.extra?.plan.toUpperCase()} ${n.toFixed()}`,
  })
  const ruled = defineTool({
    ...base,
    name: 'ruled',
    approval: ({ n }, { context }: ApprovalQuestion<Acme>) => ({
      verdict: n > 1 && context.member.extra?.plan === 'pro' ? 'allow' : 'deny',
    }),
    run: ({ n }) => n.toFixed(),
  })
  const careless = defineTool({ ...base, name: 'careless', run: ({ n }) => n.toFixed() })
  const unknown = defineTool({
    ...base,
    name: 'unknown',
    // @ts-expect-error: its type is unknown.
    run: (_, { context }) => context.member.extra?.plan,
  })
  const colored = defineTool({
    ...base,
    name: 'colored',
    run: (_, { context }: ToolRun<Other>) => `${context.member.extra?.color}`,
  })
  const tools = createToolProvider([annotated, bound, ruled, careless])

  it('reaches tools, rules and predicates if a host gives it, and may be left out', async () => {
    const member = { id: 'm', workspaceId: 'w', email: 'm@w.test', active: true }
    const context = { workspaceId: 'w', member: { ...member, extra: { plan: 'free' } } }
    const names = (await tools.list(context as MemberContext<Acme>)).map(({ name }) => name)
    expect(names).toEqual(['annotated', 'ruled', 'careless'])
    expect(createToolProvider([careless, unknown]).all?.()).toHaveLength(2)
  })

  it('has to be the same for all adapters of a host', () => {
    const own = createInMemoryAdapters<Acme>({ tools })
    const check = (
      stores: PostgresAdapters,
      members: MembersAdapter<Acme>,
      others: MembersAdapter<Other>,
    ) => {
      createAllvMcpRouter({ adapters: { ...stores, tools } })
      createAllvMcpRouter({ adapters: { ...stores, tools: createToolProvider([careless]), members } })
      createAllvMcpRouter<Acme>({ adapters: { ...stores, tools, members } })
      createAllvAgentApi<Acme>({ adapters: { ...stores, tools, members } })
      createAllvMcpRouter<Acme>({
        adapters: {
          ...stores,
          tools,
          members,
          resources: {
            list: async ({ member }) => [{ uri: 'x:y', name: member.extra?.plan ?? 'none' }],
            read: async () => null,
          },
        },
      })
      // @ts-expect-error: these members know no plan.
      createAllvMcpRouter<Acme>({ adapters: { ...stores, tools, members: others } })
      // @ts-expect-error: one tool wants a plan, the other a color.
      createToolProvider([annotated, colored])
      // @ts-expect-error: there is no place for it in this store.
      void stores.members.put({ id: 'm', workspaceId: 'w', email: 'm', active: true, extra: { plan: 'pro' } })
    }
    expect(check).toBeInstanceOf(Function)
    expect(() => createAllvMcpRouter<Acme>({ adapters: own })).not.toThrow()
  })
})
