import { createAllvAgentApi, createAllvMcpRouter, createControlPlane } from 'allv-mcp'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { post, rpc } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld, KEYS } from './support/world.js'

const start = scenes()

/** A limiter of the host that records its calls. */
function counting(verdict: () => unknown = () => ({})) {
  const keys: string[] = []
  return {
    keys,
    limiter: {
      points: 5,
      consume: async (key: string) => {
        keys.push(key)
        return verdict()
      },
    },
  }
}

it('refuses with 429 in JSON-RPC, with the id, Retry-After and the limit, and records it', async () => {
  const { world, running } = await start({ rateLimit: { points: 1, seconds: 30 } })
  expect((await post(running, {})).status).toBe(200)
  const answer = await post(running, { body: rpc('tools/list', {}, 'id-9') })
  expect(answer.status).toBe(429)
  expect(answer.json).toEqual({
    jsonrpc: '2.0',
    id: 'id-9',
    error: { code: 42901, message: expect.any(String), data: { code: 'RATE_LIMITED' } },
  })
  const seconds = Number(answer.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(30)
  expect(answer.headers.get('ratelimit-limit')).toBe('1')
  expect(answer.headers.get('ratelimit-remaining')).toBe('0')
  expect(Number(answer.headers.get('ratelimit-reset'))).toBe(seconds)
  expect(world.adapters.audit.events.at(-1)).toMatchObject({
    type: 'request.refused',
    code: 'RATE_LIMITED',
    credentialId: 'key_acme',
    memberId: 'mem_maria',
  })
})

it('admits the same caller again in the next window', async () => {
  const { running } = await start({ rateLimit: new RateLimiterMemory({ points: 1, duration: 1 }) })
  const status = async () => (await post(running, {})).status
  await until(async () => (await status()) === 429)
  await until(async () => (await status()) === 200)
})

it('does not call the limiter for callers without a valid key, and has no key or address in the names that it counts', async () => {
  const { keys, limiter } = counting()
  const { world, running } = await start({ rateLimit: limiter })
  await post(running, { key: null })
  await post(running, { key: null, headers: { 'x-api-key': 'sk_test_unknown' } })
  await post(running, { key: 'globex' })
  world.adapters.features.set('mcp_server_v1', 'ws_acme', false)
  await post(running, {})
  expect(keys).toEqual([])
  world.adapters.features.set('mcp_server_v1', 'ws_acme', true)
  await post(running, {})
  expect(keys).toHaveLength(1)
  for (const secret of [KEYS.acme, '127.0.0.1', 'maria@']) expect(keys[0]).not.toContain(secret)
})

it('counts each key and member separately, however the member is named', async () => {
  const { keys, limiter } = counting()
  const { running } = await start({ rateLimit: limiter })
  await post(running, {})
  await post(running, { member: 'MARIA@acme.test' })
  await post(running, { member: null, headers: { 'x-allv-user-id': 'mem_maria' } })
  expect(new Set(keys).size).toBe(1)
  await post(running, { member: 'omar@acme.test' })
  await post(running, { key: 'acmeReader' })
  await post(running, { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' })
  expect(new Set(keys).size).toBe(4)
})

it('counts a notification too: it is a request', async () => {
  const { keys, limiter } = counting()
  const { running } = await start({ rateLimit: limiter })
  await post(running, { body: { jsonrpc: '2.0', method: 'notifications/initialized' } })
  expect(keys).toHaveLength(1)
})

it.each([
  ['says nothing of when', {}],
  ['gives nothing', undefined],
  ['gives a time that is none', { msBeforeNext: 'soon' }],
])('says Retry-After of at least one second when the limiter %s', async (_, rejection) => {
  const { limiter } = counting()
  const { running } = await start({
    rateLimit: { ...limiter, consume: () => Promise.reject(rejection) },
  })
  const answer = await post(running, {})
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
})

it('counts nothing when it is switched off', async () => {
  const { running } = await start({ rateLimit: false })
  const answers = await Promise.all(Array.from({ length: 700 }, () => post(running, {})))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

it('allows 600 in a minute by default', async () => {
  const { running } = await start()
  const answers = await Promise.all(Array.from({ length: 601 }, () => post(running, {})))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(600)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1)
})

it('is one limit for both faces of one control plane', async () => {
  const world = createWorld({ rateLimit: { points: 2, seconds: 60 } })
  const plane = createControlPlane(world.options)
  const { running } = await start({ ...world, router: () => createAllvMcpRouter(plane) })
  const api = createAllvAgentApi(plane)
  const agent = await api.withApiKey({
    workspaceId: 'ws_acme',
    apiKey: KEYS.acme,
    member: { id: 'mem_maria' },
  })
  expect((await post(running, {})).status).toBe(200)
  expect((await post(running, {})).status).toBe(429)
  await expect(agent.listTools()).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    retryAfterSeconds: expect.any(Number),
  })
})
