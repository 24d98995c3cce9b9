import { createAllvAgentApi } from 'allv-mcp'
import { type Answered, type Ask, modern, post, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { KEYS, type World } from './support/world.js'

const start = scenes()
const keyed = (tool: string, args: object, key = 'k1', as: Ask = {}): Ask => ({
  ...as,
  body: toolCall(tool, args),
  headers: { 'idempotency-key': key },
})
const ADD = (key?: string, as?: Ask) => keyed('deals.add', { a: 1, b: 2 }, key, as)
const codeOf = ({ json }: Answered) =>
  json.error?.data['code'] ?? json.result?._meta?.['ai.allv/code'] ?? null
const runsOf = (world: World) => world.adapters.runs.all().map(({ tool, status }) => [tool, status])

it('runs once for 100 calls at the same time, and gives all of them the same outcome', async () => {
  const { world, running } = await start({ rateLimit: false })
  const answers = await Promise.all(Array.from({ length: 100 }, () => post(running, ADD())))
  expect(new Set(answers.map(({ json }) => JSON.stringify(json.result.structuredContent)))).toEqual(
    new Set(['{"sum":3}']),
  )
  expect(answers.filter(({ json }) => json.result._meta['ai.allv/replayOf'] === undefined)).toHaveLength(1)
  expect(world.executions).toHaveLength(1)
  expect(runsOf(world)).toEqual([['deals.add', 'succeeded']])
})

it('is the same key in the header, in _meta, in both, in either era and in the Agent API', async () => {
  const { world, running } = await start()
  const meta = { _meta: { 'ai.allv/idempotencyKey': 'k1' } }
  const inMeta = toolCall('deals.add', { a: 1, b: 2 }, meta)
  const latest = modern('tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 }, ...meta })
  for (const ask of [
    ADD(),
    { body: inMeta },
    { body: inMeta, headers: { 'idempotency-key': 'k1' } },
    latest,
    keyed('deals_add', { b: 2, a: 1 }),
  ])
    expect((await post(running, ask)).json.result.structuredContent).toEqual({ sum: 3 })
  const agent = await createAllvAgentApi(world.options).withApiKey({
    workspaceId: 'ws_acme',
    apiKey: KEYS.acme,
    member: { id: 'mem_maria' },
  })
  expect(await agent.callTool('deals.add', { a: 1, b: 2 }, { idempotencyKey: 'k1' })).toMatchObject({
    status: 'completed',
    replayed: true,
    ranAs: world.executions[0]?.runId,
  })
  expect(world.executions).toHaveLength(1)
})

it('is scoped to workspace, member and tool, also with another API key', async () => {
  const { world, running } = await start()
  await post(running, ADD())
  await post(running, ADD('k1', { member: 'omar@acme.test' }))
  await post(running, ADD('k1', { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' }))
  await post(running, keyed('agent.read_memory', { key: 'tone' }))
  await post(running, ADD('k2'))
  expect(world.executions.map(({ memberId }) => memberId)).toEqual([
    'mem_maria',
    'mem_omar',
    'mem_lin',
    'mem_maria',
  ])
  const other = await post(running, ADD('k1', { key: 'acmeBound', member: null }))
  expect(other.json.result._meta['ai.allv/replayOf'].runId).toBe(world.executions[0]?.runId)
  expect(world.executions).toHaveLength(4)
})

it('replays a failure too: a failed call does not run again', async () => {
  const { world, running } = await start()
  for (const [tool, code] of [
    ['fails', 'TOOL_FAILED'],
    ['throws', 'TOOL_FAILED'],
    ['deaf', 'TOOL_TIMED_OUT'],
    ['deals.forbidden', 'APPROVAL_DENIED'],
  ] as const) {
    const first = await post(running, keyed(tool, {}))
    const again = await post(running, keyed(tool, {}))
    expect([codeOf(first), codeOf(again)]).toEqual([code, code])
    expect(again.json.result._meta['ai.allv/replayOf'].runId).toBe(first.json.result._meta['ai.allv/runId'])
    expect(again.text).not.toMatch(/SELECT|vault/)
  }
  expect(world.adapters.runs.all()).toHaveLength(4)
})

it('is refused with other arguments also while the first call runs, which continues', async () => {
  const { world, running } = await start()
  const first = post(running, keyed('slow', { ms: 200 }))
  await until(() => world.adapters.runs.all().length === 1)
  expect(codeOf(await post(running, keyed('slow', { ms: 20 })))).toBe('IDEMPOTENCY_CONFLICT')
  expect((await first).json.result.content[0].text).toBe('slow and done')
  expect(world.executions.map(({ args }) => args)).toEqual([{ ms: 200 }])
})

it('is not used up by a call that never began', async () => {
  const { world, running } = await start()
  expect(codeOf(await post(running, keyed('deals.add', { a: 'x' })))).toBe('INVALID_ARGUMENTS')
  expect(codeOf(await post(running, keyed('admin.only', {})))).toBe('TOOL_NOT_FOUND')
  expect((await post(running, ADD('k1', { key: 'acmeRevoked' }))).status).toBe(401)
  expect((await post(running, ADD())).json.result.structuredContent).toEqual({ sum: 3 })
  expect(world.executions).toHaveLength(1)
})

it('says that the run is still in progress when it does not end in time, and shows nothing of it', async () => {
  const { world, running } = await start({ toolTimeoutMs: 60, approvalHoldMs: 0 })
  // A node died in the middle: the run stays as it was.
  const store = world.adapters.runs
  await post(running, ADD())
  const [run] = store.all()
  const { running: other } = await start({
    toolTimeoutMs: 60,
    approvalHoldMs: 0,
    adapt: () => ({
      runs: {
        ...store,
        begin: async () => ({
          started: false,
          run: { ...(run as never as object), status: 'running' } as never,
        }),
        get: async () => ({ ...(run as never as object), status: 'running' }) as never,
      },
    }),
  })
  const answer = await post(other, ADD())
  expect(codeOf(answer)).toBe('RUN_IN_PROGRESS')
  expect(answer.text).not.toContain('"sum"')
})

it.each([
  ['255 characters', 'x'.repeat(255), null],
  ['256 characters', 'x'.repeat(256), 'INVALID_PARAMS'],
  ['a space', 'a b', 'INVALID_PARAMS'],
  ['letters beyond ASCII', 'schl\u00fcssel', 'INVALID_PARAMS'],
  ['nothing but spaces, which is none', '   ', null],
])('may have 1 to 255 visible characters: %s', async (_, key, code) => {
  const { running } = await start()
  expect(codeOf(await post(running, ADD(key)))).toBe(code)
})

it.each([5, {}, ''])('is refused in _meta when it is no text: %j', async (key) => {
  const { world, running } = await start()
  const body = toolCall('deals.add', { a: 1, b: 2 }, { _meta: { 'ai.allv/idempotencyKey': key } })
  expect(codeOf(await post(running, { body }))).toBe('INVALID_PARAMS')
  expect(world.executions).toEqual([])
})

it('names one call, so a batch ignores the header', async () => {
  const { world, running } = await start()
  const batch = [1, 2].map((id) => ({ ...toolCall('deals.add', { a: id, b: 0 }), id }))
  await post(running, { body: batch, headers: { 'idempotency-key': 'k1' } })
  expect(world.executions).toHaveLength(2)
  expect(world.adapters.runs.all().map(({ idempotencyKey }) => idempotencyKey)).toEqual([null, null])
})

it('does not say of a call that never ran, or may not have run, that it ran', async () => {
  const { running } = await start()
  const denied = { headers: { 'idempotency-key': 'k-denied' }, body: toolCall('deals.forbidden') }
  await post(running, denied)
  const [{ text }] = (await post(running, denied)).json.result.content
  expect(text).toMatch(
    /^This is the outcome of the same call at 20\S+Z: not run: the call was denied: not on Fridays$/,
  )
})
