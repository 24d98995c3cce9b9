import { readFileSync } from 'node:fs'
import { type AllvAgent, createAllvAgentApi, createControlPlane, type MemberContext } from 'allv-mcp'
import { callerKey, credentialKey, isSameCaller } from '../lib/control-plane/access/caller-key.js'
import { openRequestState, sealRequestState } from '../lib/control-plane/input/request-state.js'
import type { Admitted } from '../lib/control-plane/request/stages.js'
import { runtimeOf } from '../lib/control-plane/runtime/control-plane.js'
import { mintSession, openSession } from '../lib/mcp/era-2025/sessions.js'
import { createInFlightRequests } from '../lib/mcp/jsonrpc/in-flight-requests.js'
import { readSources } from './architecture/sources.js'
import { post, rpc } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS, type World, type WorldOptions } from './support/world.js'

/** An API key and an integration of the host with the same name are two credentials. */

const NAME = 'key_acme'
const start = scenes()

interface Both {
  readonly world: World
  readonly key: AllvAgent
  readonly host: AllvAgent
}

async function both(options: WorldOptions = {}): Promise<Both> {
  const world = createWorld(options)
  const api = createAllvAgentApi(createControlPlane(world.options))
  const member = { id: 'mem_maria' }
  return {
    world,
    key: await api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme, member }),
    host: await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: NAME }),
  }
}

const calls: readonly (readonly [string, (agent: AllvAgent, world: World) => Promise<unknown>])[] = [
  ['a call', (agent) => agent.callTool('deals.add', { a: 1, b: 2 })],
  ['a failure', (agent) => agent.callTool('fails')],
  ['a refusal', (agent) => agent.callTool('none').catch(() => {})],
  ['a listing', (agent) => agent.listTools()],
  ['a read', (agent) => agent.readMemory('tone')],
  ['a change', (agent) => agent.callTool('agent.update_memory', { key: 'x', value: 'y' })],
  [
    'a decision',
    async (agent, { adapters: { approvals } }) => {
      await agent.callTool('deals.delete', { dealId: 'd' })
      const id = approvals.list()[0]?.id ?? ''
      await approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
      await agent.callTool('deals.delete', { dealId: 'd' })
    },
  ],
]

it.each(calls)('says in each run, approval and event which kind of credential acted: %s', async (_, act) => {
  for (const kind of ['key', 'host'] as const) {
    const scene = await both()
    const { audit, runs, approvals } = scene.world.adapters
    await act(scene[kind], scene.world)
    const records = [...audit.events, ...runs.all(), ...approvals.list()]
    expect(records.length).toBeGreaterThan(0)
    expect(new Set(records.map(({ credentialId }) => credentialId))).toEqual(new Set([NAME]))
    expect(new Set(records.map(({ credentialKind }) => credentialKind))).toEqual(
      new Set([kind === 'key' ? 'api-key' : 'host']),
    )
  }
})

it('records no kind if no credential was proved', async () => {
  const { world, running } = await start()
  await post(running, { key: 'globex' })
  expect(world.adapters.audit.events).toMatchObject([{ credentialId: null, credentialKind: null }])
})

it('counts a key and an integration of the same name separately', async () => {
  const { key, host } = await both({ rateLimit: { points: 3, seconds: 60 } })
  await key.listTools()
  await key.listTools()
  await expect(key.listTools()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  await host.listTools()
  await host.listTools()
  await expect(host.listTools()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
})

it('counts refused member look-ups of a key and an integration of the same name separately', async () => {
  const world = createWorld({ rateLimit: { points: 2, seconds: 60 } })
  const api = createAllvAgentApi(world.options)
  const guess = () => api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_nobody', via: NAME })
  for (const code of ['MEMBER_NOT_ALLOWED', 'MEMBER_NOT_ALLOWED', 'RATE_LIMITED'])
    await expect(guess()).rejects.toMatchObject({ code })
  const member = { id: 'mem_nobody' }
  await expect(api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme, member })).rejects.toMatchObject({
    code: 'MEMBER_NOT_ALLOWED',
  })
})

const contextOf = (kind: 'api-key' | 'host', over: Partial<MemberContext> = {}): MemberContext => ({
  workspaceId: 'ws_acme',
  member: { id: 'mem_maria', workspaceId: 'ws_acme', email: 'maria@acme.test', active: true },
  credential: { id: NAME, kind, scopes: ['*'] },
  face: 'mcp',
  era: null,
  client: null,
  trace: null,
  correlationId: 'req_1',
  ...over,
})
const KEY = contextOf('api-key')
const HOST = contextOf('host')
const admitted = (context: MemberContext) => ({ context }) as Admitted
const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
} as const

it('gives no two callers the same name', () => {
  const member = (id: string) => ({ member: { ...KEY.member, id } })
  const all = [KEY, HOST, { ...KEY, workspaceId: 'ws_2' }, { ...KEY, ...member('mem_2') }]
  expect(new Set(all.map(callerKey)).size).toBe(all.length)
  expect(credentialKey(KEY)).not.toBe(credentialKey(HOST))
  for (const a of all) for (const b of all) expect(isSameCaller(a, b)).toBe(a === b)
})

it('opens no session of the integration for the key of the same name, and no session of the key for the integration', async () => {
  const { world, running } = await start()
  const plane = runtimeOf(world.options)
  for (const [owner, other] of [
    [HOST, KEY],
    [KEY, HOST],
  ] as const) {
    const id = (await mintSession(plane, admitted(owner), initialize, '2025-11-25')) ?? ''
    expect(await openSession(plane, admitted(owner), id)).toMatchObject({ client: { name: 'c' } })
    await expect(openSession(plane, admitted(other), id)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
  }
  const id = (await mintSession(plane, admitted(HOST), initialize, '2025-11-25')) ?? ''
  const answer = await post(running, { body: rpc('tools/list'), headers: { 'mcp-session-id': id } })
  expect([answer.status, answer.json.error?.data['code']]).toEqual([404, 'SESSION_NOT_FOUND'])
})

it('opens no request state of the integration for the key of the same name, and no state of the key for the integration', async () => {
  const plane = runtimeOf(createWorld().options)
  const ask = { kind: 'ask', inputRequests: {}, state: null } as const
  const binding = (context: MemberContext) => ({
    context,
    method: 'prompts/get',
    target: 't',
    argumentsDigest: 'd',
  })
  for (const [owner, other] of [
    [HOST, KEY],
    [KEY, HOST],
  ] as const) {
    const requestState = await sealRequestState(plane, binding(owner), ask, null)
    const retry = { requestState, inputResponses: {} }
    expect(await openRequestState(plane, binding(owner), retry)).toMatchObject({ askAgain: null })
    await expect(openRequestState(plane, binding(other), retry)).rejects.toMatchObject({
      code: 'REQUEST_STATE_INVALID',
    })
  }
})

it('cancels no call of the integration for the key of the same name', async () => {
  const { eventBus } = runtimeOf(createWorld().options)
  const calls = createInFlightRequests(eventBus)
  const call = calls.open({ context: HOST, session: null }, 7)
  await calls.cancel({ context: KEY, session: null }, 7)
  expect(call.cancel.aborted).toBe(false)
  await calls.cancel({ context: HOST, session: null }, 7)
  expect(call.cancel.aborted).toBe(true)
  call.done()
})

it('compares and counts credentials in one source file', () => {
  const elsewhere = readSources()
    .filter(({ path }) => !/^(adapters|testing|postgres)\//.test(path))
    .map(({ path }) => ({ path, text: readFileSync(`lib/${path}`, 'utf8') }))
    .filter(({ text }) => /credential\.id\b/.test(text))
    .map(({ path }) => path)
  // The others write records, and name the kind beside.
  expect(elsewhere.sort()).toEqual([
    'control-plane/access/caller-key.ts',
    'control-plane/approvals/request.ts',
    'control-plane/calls/begin-run.ts',
    'control-plane/request/audit.ts',
  ])
})
