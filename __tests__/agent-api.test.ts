import { type AllvAgent, type AllvAgentApi, createAllvAgentApi, defineTool } from 'allv-mcp'
import { until } from './support/scene.js'
import { createWorld, KEYS, type World, type WorldOptions } from './support/world.js'

interface Desk {
  readonly world: World
  readonly api: AllvAgentApi
  readonly maria: AllvAgent
}

async function desk(options: WorldOptions = {}): Promise<Desk> {
  const world = createWorld(options)
  const api = createAllvAgentApi(world.options)
  const maria = await api.withApiKey({
    workspaceId: 'ws_acme',
    apiKey: KEYS.acme,
    member: { id: 'mem_maria' },
  })
  return { world, api, maria }
}
const newest = (world: World) => world.adapters.approvals.list()[0]?.id ?? ''
const decide = (world: World, decision: 'approve' | 'deny') =>
  world.adapters.approvals.decide({ id: newest(world), decision, decidedBy: 'operator', reason: 'too big' })

const refusals: readonly [string, Parameters<AllvAgentApi['withApiKey']>[0], string, number][] = [
  ['no key', { workspaceId: 'ws_acme', apiKey: '' }, 'UNAUTHENTICATED', 401],
  ['an unknown key', { workspaceId: 'ws_acme', apiKey: 'sk_test_unknown' }, 'UNAUTHENTICATED', 401],
  ['an expired key', { workspaceId: 'ws_acme', apiKey: KEYS.acmeExpired }, 'UNAUTHENTICATED', 401],
  ['a key of another workspace', { workspaceId: 'ws_acme', apiKey: KEYS.globex }, 'UNAUTHENTICATED', 401],
  ['no member', { workspaceId: 'ws_acme', apiKey: KEYS.acme }, 'MEMBER_REQUIRED', 400],
  [
    'no member in an empty selector',
    { workspaceId: 'ws_acme', apiKey: KEYS.acme, member: {} },
    'MEMBER_REQUIRED',
    400,
  ],
  [
    'two members',
    { workspaceId: 'ws_acme', apiKey: KEYS.acme, member: { id: 'mem_maria', email: 'omar@acme.test' } },
    'MEMBER_AMBIGUOUS',
    400,
  ],
  [
    'a member outside of the grant',
    { workspaceId: 'ws_acme', apiKey: KEYS.acmeListed, member: { id: 'mem_ada' } },
    'MEMBER_NOT_ALLOWED',
    400,
  ],
]
it.each(refusals)(
  'rejects with the code of the check that refused, and records it: %s',
  async (_, request, code, status) => {
    const { world, api } = await desk()
    const error: unknown = await api.withApiKey(request).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'AllvError', code, status })
    expect(String(error)).not.toContain('sk_test')
    expect(world.adapters.audit.events.at(-1)).toMatchObject({
      type: 'request.refused',
      face: 'agent',
      era: null,
      code,
    })
  },
)

it('gives the member that it acts as', async () => {
  const { maria } = await desk()
  expect(maria.member).toMatchObject({ id: 'mem_maria', workspaceId: 'ws_acme', email: 'maria@acme.test' })
})

it('lists tools under their canonical names, with the built-in ones', async () => {
  const { maria } = await desk()
  const names = (await maria.listTools()).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['deals.add', 'agent.update_memory', 'agent.get_approval']))
  expect(names).not.toContain('admin.only')
})

it('gives a different status for every outcome', async () => {
  const { maria } = await desk()
  expect(await maria.callTool('deals.add', { a: 1, b: 2 })).toMatchObject({
    status: 'completed',
    result: { structuredContent: { sum: 3 } },
    approvalId: null,
    replayed: false,
    runId: expect.stringMatching(/^run_/),
    endedAt: expect.any(Date),
  })
  expect(await maria.callTool('fails')).toMatchObject({
    status: 'failed',
    code: 'TOOL_FAILED',
    result: { content: [{ text: 'the deal is already closed' }] },
  })
  expect(await maria.callTool('throws')).toMatchObject({
    status: 'failed',
    code: 'TOOL_FAILED',
    result: null,
  })
  expect(await maria.callTool('deaf')).toMatchObject({ status: 'timed_out', code: 'TOOL_TIMED_OUT' })
  expect(await maria.callTool('deals.forbidden')).toMatchObject({
    status: 'denied',
    code: 'APPROVAL_DENIED',
    message: expect.stringContaining('not on Fridays'),
  })
})

it.each<[string, string, object, string]>([
  ['an unknown tool', 'none', {}, 'TOOL_NOT_FOUND'],
  ['a hidden tool', 'admin.only', {}, 'TOOL_NOT_FOUND'],
  ['the portable name', 'deals_add', { a: 1, b: 2 }, 'TOOL_NOT_FOUND'],
  ['wrong arguments', 'deals.add', { a: 'x', b: 2 }, 'INVALID_ARGUMENTS'],
  ['arguments that are a list', 'deals.add', [], 'INVALID_PARAMS'],
  ['arguments with a big integer', 'deals.add', { a: 1n, b: 2 }, 'INVALID_PARAMS'],
])('rejects before a run begins: %s', async (_, name, args, code) => {
  const { world, maria } = await desk()
  await expect(maria.callTool(name, args)).rejects.toMatchObject({ code })
  expect(world.adapters.runs.all()).toEqual([])
})

it('names the arguments that do not fit', async () => {
  const { maria } = await desk()
  await expect(maria.callTool('deals.add', { a: 'x', b: 2 })).rejects.toMatchObject({
    details: { problems: [{ path: '/a', message: expect.stringContaining('expected number') }] },
  })
})

it('never reports a failure of an adapter as a mistake of the caller', async () => {
  const cause = new Error('db at 10.0.0.1 is down')
  const { world, maria } = await desk({
    adapt: ({ memory }) => ({ memory: { ...memory, read: () => Promise.reject(cause) } }),
  })
  const error = await maria.readMemory('tone').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'UNAVAILABLE', correlationId: expect.stringMatching(/^req_/), cause })
  expect(String(error)).not.toContain('10.0.0.1')
  expect(world.failures).toMatchObject([{ error: cause }])
})

it('reads memory page by page, with cursors that only this member can use', async () => {
  const { api, maria } = await desk({ pageSize: 1 })
  const first = await maria.listMemory()
  expect(first.entries.map(({ key }) => key)).toEqual(['notes/a b'])
  const cursor = first.nextCursor ?? ''
  expect((await maria.listMemory({ cursor })).entries.map(({ key }) => key)).toEqual(['tone'])
  const omar = await api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme, member: { id: 'mem_omar' } })
  for (const bad of [
    omar.listMemory({ cursor }),
    maria.listMemory({ cursor: '' }),
    maria.listMemory({ cursor: 'x' }),
  ])
    await expect(bad).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  expect(await maria.readMemory('tone')).toMatchObject({ key: 'tone', text: 'formal' })
  for (const key of ['none', '', '../tone', 'tone/', 'a//b', 'x'.repeat(513), '\u0000'])
    await expect(maria.readMemory(key)).rejects.toMatchObject({ code: 'MEMORY_NOT_FOUND' })
})

it('gives a vouched member the scopes that the host names, all by default', async () => {
  const { api } = await desk()
  const seat = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' }
  expect((await (await api.asMember(seat)).listTools()).map(({ name }) => name)).toContain('scoped')
  const bare = await api.asMember({ ...seat, scopes: [] })
  expect((await bare.listTools()).map(({ name }) => name)).not.toContain('scoped')
  expect((await bare.listMemory()).entries).toEqual([])
  const scopes = ['memory:read']
  const given = await api.asMember({ ...seat, scopes })
  scopes.push('*')
  expect((await given.listTools()).map(({ name }) => name)).not.toContain('scoped')
})

it('refuses the next call of a deactivated member, also if the host vouches', async () => {
  const { world, api, maria } = await desk()
  const vouched = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' })
  world.adapters.members.setActive('ws_acme', 'mem_maria', false)
  for (const agent of [maria, vouched]) {
    for (const act of [
      () => agent.listTools(),
      () => agent.callTool('deals.add', { a: 1, b: 2 }),
      () => agent.listMemory(),
      () => agent.readMemory('tone'),
      () => agent.getApproval('x'),
      () => agent.waitForApproval('x'),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'MEMBER_NOT_ALLOWED' })
  }
  expect(world.executions).toEqual([])
})

it('handles an approval: pending, decided, run once, replayed', async () => {
  const { world, maria } = await desk()
  const pending = await maria.callTool('deals.delete', { dealId: 'd1' })
  expect(pending).toMatchObject({
    status: 'pending_approval',
    approval: { id: newest(world), state: 'pending', arguments: { dealId: 'd1' }, memberId: 'mem_maria' },
  })
  expect(await maria.getApproval(newest(world))).toMatchObject({ state: 'pending' })
  await decide(world, 'approve')
  const ran = await maria.callTool('deals.delete', { dealId: 'd1' })
  expect(ran).toMatchObject({ status: 'completed', approvalId: newest(world), replayed: false })
  const again = await maria.callTool('deals.delete', { dealId: 'd1' })
  expect(again).toMatchObject({ status: 'completed', replayed: true, ranAs: world.executions[0]?.runId })
  expect(world.executions).toHaveLength(1)
})

it('gives the reason of a denial', async () => {
  const { world, maria } = await desk({ approvalHoldMs: 20_000 })
  const call = maria.callTool('deals.delete', { dealId: 'd1' })
  await until(() => world.adapters.approvals.waiting() === 1)
  await decide(world, 'deny')
  expect(await call).toMatchObject({ status: 'denied', message: expect.stringContaining('too big') })
})

it('ends a wait when its signal aborts, and leaves nothing behind', async () => {
  const { world, maria } = await desk({ approvalHoldMs: 20_000 })
  const stop = new AbortController()
  const call = maria.callTool('deals.delete', { dealId: 'd1' }, { signal: stop.signal })
  await until(() => world.adapters.approvals.waiting() === 1)
  const waiting = maria.waitForApproval(newest(world), { signal: stop.signal })
  await until(() => world.adapters.approvals.waiting() === 2)
  stop.abort()
  expect(await call).toMatchObject({ status: 'cancelled', code: 'CANCELLED' })
  expect((await waiting)?.state).toBe('pending')
  expect(world.adapters.approvals.waiting()).toBe(0)
  const late = await maria.callTool('deals.add', { a: 1, b: 2 }, { signal: stop.signal })
  expect(late.status).toBe('cancelled')
})

it.each(['', 'a b', 'x'.repeat(256), 'ü'])(
  'rejects an invalid idempotency key: %j',
  async (idempotencyKey) => {
    const { world, maria } = await desk()
    await expect(maria.callTool('deals.add', { a: 1, b: 2 }, { idempotencyKey })).rejects.toMatchObject({
      code: 'INVALID_PARAMS',
    })
    expect(world.executions).toEqual([])
  },
)

it('reports no progress of a tool after its time limit', async () => {
  let report: () => void = () => {}
  const late = defineTool({
    name: 'late',
    description: 'Reports when nobody listens any more.',
    input: { type: 'object' },
    timeoutMs: 40,
    run: (_, { progress }) => {
      progress({ progress: 1 })
      report = () => progress({ progress: 2 })
      return new Promise<string>(() => {})
    },
  })
  const { maria } = await desk({ tools: [late] })
  const seen: number[] = []
  const outcome = await maria.callTool('late', {}, { onProgress: ({ progress }) => void seen.push(progress) })
  report()
  expect([outcome.status, seen]).toEqual(['timed_out', [1]])
})

describe('arguments that JSON cannot say', () => {
  const deep = (levels: number): object =>
    Array.from({ length: levels }).reduce<object>((inner) => ({ a: inner }), {})
  const cyclic: { self?: object } = {}
  cyclic.self = cyclic

  it.each([
    [{ a: { b: [1, Number.NaN] } }, '/a/b/1'],
    [{ 'x/y': Number.POSITIVE_INFINITY }, '/x~1y'],
    [{ first: { c: 1 }, second: [{ c: Number.NEGATIVE_INFINITY }] }, '/second/0/c'],
    [{ ['k'.repeat(100_000)]: Number.NaN }, `/${'k'.repeat(499)}`],
  ])('are refused with a pointer to the number: %#', async (args, path) => {
    const { maria, world } = await desk()
    await expect(maria.callTool('deals.add', args)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENTS',
      details: { problems: [{ path, message: 'is no number that JSON can say' }] },
    })
    expect(world.failures).toEqual([])
  })

  it.each([
    [{ a: Number.NaN }, 'INVALID_ARGUMENTS'],
    [{ a: 1n }, 'INVALID_PARAMS'],
    [cyclic, 'INVALID_PARAMS'],
    [deep(10_000), 'INVALID_PARAMS'],
  ])('are refused, and the refusal is recorded: %#', async (args, code) => {
    const { maria, world } = await desk()
    await expect(maria.callTool('deals.add', args)).rejects.toMatchObject({ code })
    expect(world.adapters.audit.events.at(-1)).toMatchObject({
      type: 'request.refused',
      operation: 'tools/call',
      tool: 'deals.add',
      memberId: 'mem_maria',
      code,
    })
  })
})

describe('an agent asked for in a wrong way', () => {
  const key = { workspaceId: 'ws_acme', apiKey: KEYS.acme }
  const vouched = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }

  it('takes null for a part of the member that is not given', async () => {
    const { api, world } = await desk()
    for (const member of [
      { id: 'mem_maria', email: null },
      { id: null, email: 'maria@acme.test' },
    ])
      expect((await api.withApiKey({ ...key, member } as never)).member.id).toBe('mem_maria')
    expect(world.failures).toEqual([])
  })

  it.each(['mem_maria', 5, [], { id: 5 }, { email: {} }])(
    'is told how a member is named, for %j',
    async (member) => {
      const { api, world } = await desk()
      await expect(api.withApiKey({ ...key, member } as never)).rejects.toThrow(
        /^member of withApiKey must be an object with id, email or both as texts$/,
      )
      expect(world.failures).toEqual([])
    },
  )

  it.each([null, 'memory:read', '*', [5], {}])('gives no scopes for %j', async (scopes) => {
    const { api } = await desk()
    await expect(api.asMember({ ...vouched, scopes } as never)).rejects.toThrow(
      /^scopes of asMember must be a list of texts; leave it out for all scopes$/,
    )
  })

  it('does not pass over a misspelt option: the default of scopes is all', async () => {
    const { api } = await desk()
    await expect(api.asMember({ ...vouched, scope: ['memory:read'] } as never)).rejects.toThrow(
      /^unknown option "scope" of asMember; the options are workspaceId, memberId, via, scopes$/,
    )
    await expect(api.withApiKey({ ...key, memberId: 'mem_maria' } as never)).rejects.toThrow(
      /^unknown option "memberId" of withApiKey; the options are workspaceId, apiKey, member$/,
    )
  })
})

it('treats null as not given', async () => {
  const { maria, world } = await desk()
  const nothing = { idempotencyKey: null, onProgress: null, onInput: null, signal: null }
  for (const options of [null, nothing]) {
    const outcome = await maria.callTool('deals.add', { a: 1, b: 2 }, options as never)
    expect(outcome.status).toBe('completed')
  }
  for (const page of [null, { cursor: null }])
    expect((await maria.listMemory(page as never)).entries.length).toBe(2)
  expect(await maria.waitForApproval('apr_none', null as never)).toBeNull()
  expect(await maria.waitForApproval('apr_none', { timeoutMs: null, signal: null } as never)).toBeNull()
  expect(world.failures).toEqual([])
})

it.each([undefined, null, 5, {}, Symbol('x')])(
  'finds nothing for an id that is no string: %p',
  async (name) => {
    const { maria, world } = await desk()
    expect(await maria.getApproval(name as never)).toBeNull()
    expect(await maria.waitForApproval(name as never, { timeoutMs: 1 })).toBeNull()
    await expect(maria.readMemory(name as never)).rejects.toMatchObject({ code: 'MEMORY_NOT_FOUND' })
    await expect(maria.callTool(name as never)).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' })
    expect(world.adapters.audit.events.at(-1)).toMatchObject({
      type: 'request.refused',
      code: 'TOOL_NOT_FOUND',
    })
    expect(world.failures).toEqual([])
  },
)
