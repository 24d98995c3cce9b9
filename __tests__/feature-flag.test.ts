import { createAllvAgentApi, createAllvMcpRouter } from 'allv-mcp'
import { modern, post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS } from './support/world.js'

const start = scenes()

/** A features adapter that records its calls. */
function asked(on: boolean | ((workspaceId: string) => boolean) = true) {
  const questions: object[] = []
  return {
    questions,
    options: {
      adapt: () => ({
        features: {
          isEnabled: async (question: { flag: string; workspaceId: string }) => {
            questions.push(question)
            return typeof on === 'boolean' ? on : on(question.workspaceId)
          },
        },
      }),
    },
  }
}

it('asks for mcp_server_v1 and the workspace of the key, and nothing else', async () => {
  const { questions, options } = asked()
  const { running } = await start(options)
  await post(running, {})
  expect(questions).toEqual([{ flag: 'mcp_server_v1', workspaceId: 'ws_acme' }])
})

it('asks for the flag that the host named', async () => {
  const { questions, options } = asked()
  const { running } = await start({ ...options, featureFlag: 'beta.mcp' })
  await post(running, {})
  expect(questions).toEqual([{ flag: 'beta.mcp', workspaceId: 'ws_acme' }])
})

it('refuses with 403 in JSON-RPC, whatever was asked for, and runs nothing', async () => {
  const { world, running } = await start(asked(false).options)
  const asks = [
    {},
    { body: rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} }) },
    { body: rpc('tools/list') },
    { body: toolCall('deals.add', { a: 1, b: 2 }) },
    { body: { jsonrpc: '2.0', method: 'notifications/initialized' } },
    modern('server/discover'),
    modern('tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 } }),
  ]
  for (const ask of asks) {
    const answer = await post(running, ask)
    expect(answer.status).toBe(403)
    expect(answer.json.error?.data).toEqual({ code: 'FEATURE_DISABLED' })
    expect(answer.headers.get('www-authenticate')).toBeNull()
  }
  expect(world.executions).toEqual([])
  expect(world.adapters.runs.all()).toEqual([])
  expect(world.adapters.audit.events.every(({ code }) => code === 'FEATURE_DISABLED')).toBe(true)
})

it('is checked after the key and before the member, so that neither unknown callers nor guesses of members learn anything', async () => {
  const { questions, options } = asked(false)
  const { world, running } = await start(options)
  for (const ask of [
    { key: null },
    { key: null, headers: { 'x-api-key': 'sk_test_unknown' } },
    { key: 'acmeRevoked' },
    { key: 'globex' },
  ] as const) {
    expect((await post(running, ask)).status).toBe(401)
  }
  expect(questions).toEqual([])
  const known = await post(running, {})
  const unknown = await post(running, { member: 'nobody@acme.test' })
  const nobody = await post(running, { member: null })
  expect([known.status, unknown.text, nobody.text]).toEqual([403, known.text, known.text])
  expect(world.adapters.audit.events.at(-1)).toMatchObject({ memberId: null, credentialId: 'key_acme' })
})

it('applies from the next request on, in both directions, to one workspace only', async () => {
  const off = new Set<string>()
  const { running } = await start(asked((workspaceId) => !off.has(workspaceId)).options)
  const acme = async () => (await post(running, {})).status
  const globex = async () =>
    (await post(running, { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' })).status
  expect([await acme(), await globex()]).toEqual([200, 200])
  off.add('ws_acme')
  expect([await acme(), await globex()]).toEqual([403, 200])
  off.clear()
  expect(await acme()).toBe(200)
})

it('is on for every workspace if the host has no features adapter', async () => {
  const world = createWorld()
  const { features: _, ...adapters } = world.options.adapters
  const router = () => createAllvMcpRouter({ ...world.options, adapters })
  const { running } = await start({ ...world, router })
  expect((await post(running, {})).status).toBe(200)
})

it('applies to the Agent API as well, also if the host vouches', async () => {
  const world = createWorld(asked(false).options)
  const api = createAllvAgentApi(world.options)
  const refused = { code: 'FEATURE_DISABLED', status: 403 }
  await expect(
    api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acme, member: { id: 'mem_maria' } }),
  ).rejects.toMatchObject(refused)
  await expect(
    api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'inbox' }),
  ).rejects.toMatchObject(refused)
})

it.each([undefined, null, 0, '', 'true', 1, {}])(
  'is off when the adapter gives %j instead of true',
  async (said) => {
    const { running } = await start({
      adapt: () => ({ features: { isEnabled: async () => said as unknown as boolean } }),
    })
    const { status, json } = await post(running, {})
    expect([status, json.error?.data['code']]).toEqual([403, 'FEATURE_DISABLED'])
  },
)
