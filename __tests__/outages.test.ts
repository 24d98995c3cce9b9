import type { AllvMcpOptions } from 'allv-mcp'
import { type Ask, post, rpc, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import type { World } from './support/world.js'

const start = scenes()

type AdapterName = keyof AllvMcpOptions['adapters']
type Method = (...args: never[]) => unknown

/** The in-memory adapters with one method of one adapter replaced. */
function broken(adapter: AdapterName, method: string, replacement: Method, over: object = {}) {
  return start({
    ...over,
    adapt: (adapters) => ({
      [adapter]: { ...Reflect.get(adapters, adapter), [method]: replacement },
    }),
  })
}

const ADD = { body: toolCall('deals.add', { a: 1, b: 2 }) }
const DELETE = { body: toolCall('deals.delete', { dealId: 'd1' }) }
const KEYED = { ...ADD, headers: { 'idempotency-key': 'k1' } }
const READ = { body: rpc('resources/read', { uri: 'allv://workspaces/ws_acme/memory/tone' }) }

/** Every adapter method that is called before anything runs, and a request that needs it. */
const asked: readonly [AdapterName, string, Ask, string][] = [
  ['apiKeys', 'findByDigest', {}, 'UNAVAILABLE'],
  ['features', 'isEnabled', {}, 'UNAVAILABLE'],
  ['members', 'findByEmail', {}, 'UNAVAILABLE'],
  ['members', 'findById', { member: null, headers: { 'x-allv-user-id': 'mem_maria' } }, 'UNAVAILABLE'],
  ['members', 'findById', { key: 'acmeBound', member: null }, 'UNAVAILABLE'],
  ['tools', 'list', { body: rpc('tools/list') }, 'UNAVAILABLE'],
  ['tools', 'list', ADD, 'UNAVAILABLE'],
  ['memory', 'list', { body: rpc('resources/list') }, 'UNAVAILABLE'],
  ['memory', 'read', READ, 'UNAVAILABLE'],
  ['memory', 'templates', { body: rpc('resources/templates/list') }, 'UNAVAILABLE'],
  ['tools', 'evaluate', ADD, 'UNAVAILABLE'],
  ['policy', 'evaluate', ADD, 'UNAVAILABLE'],
  ['approvals', 'request', DELETE, 'UNAVAILABLE'],
  ['runs', 'begin', ADD, 'RUN_LOG_UNAVAILABLE'],
  ['runs', 'begin', KEYED, 'RUN_LOG_UNAVAILABLE'],
  ['audit', 'append', ADD, 'RUN_LOG_UNAVAILABLE'],
]
const rows = asked.map(([adapter, method, ask, code]) => ({ adapter, method, ask, code }))

const SECRET = 'connect ECONNREFUSED 10.0.0.1:5432 password=hunter2'

const ways: readonly [string, (cause: Error) => Method][] = [
  ['rejects', (cause) => () => Promise.reject(cause)],
  [
    'throws before it gives a promise',
    (cause) => () => {
      throw cause
    },
  ],
]

describe.each(ways)('an adapter that %s', (_, failing) => {
  it.each(rows)('is answered with 503 and told to onError: $adapter.$method', async (row) => {
    const cause = new Error(SECRET)
    const { world, running } = await broken(row.adapter, row.method, failing(cause))
    const answer = await post(running, row.ask)
    expect([answer.status, answer.json.error?.data['code']]).toEqual([503, row.code])
    const { correlationId } = answer.json.error?.data ?? {}
    expect(correlationId).toMatch(/^req_/)
    expect(answer.json.id).toBe(row.ask.body === undefined ? 1 : 7)
    expect(answer.text).not.toMatch(/hunter2|ECONN|stack|\.ts/)
    expect(world.failures).toContainEqual({ error: cause, code: row.code, correlationId })
    expect(world.executions).toEqual([])
  })
})

it.each(rows)('treats an adapter that hangs as down: $adapter.$method', async (row) => {
  const hang = () => new Promise<never>(() => {})
  const { world, running } = await broken(row.adapter, row.method, hang, { adapterTimeoutMs: 40 })
  const answer = await post(running, row.ask)
  expect([answer.status, answer.json.error?.data['code']]).toEqual([503, row.code])
  expect(world.failures[0]?.error).toEqual(
    expect.objectContaining({ message: expect.stringContaining('40 ms') }),
  )
  expect(world.executions).toEqual([])
})

it.each(rows)('refuses for an adapter that gives undefined: $adapter.$method', async (row) => {
  // `append` of an audit log only has to resolve, and a host without templates gives none.
  if (row.adapter === 'audit' || row.method === 'templates') return
  const { world, running } = await broken(row.adapter, row.method, async () => undefined)
  const answer = await post(running, row.ask)
  expect(answer.json.result).toBeUndefined()
  expect(answer.json.error).toBeDefined()
  expect(answer.text).not.toMatch(/undefined|Cannot read|stack/)
  expect(world.executions).toEqual([])
})

describe('a record of the wrong shape', () => {
  const over = (adapter: 'apiKeys' | 'members', method: string, fields: object) => (world: World) => {
    const original: Method = Reflect.get(world.adapters[adapter], method)
    return async (...args: never[]) => ({ ...(await (original(...args) as Promise<object>)), ...fields })
  }
  const keys: readonly [string, object][] = [
    ['an expiry that is a text', { expiresAt: '2020-01-01' }],
    ['an expiry that is no date', { expiresAt: new Date(Number.NaN) }],
    ['an expiry that is missing', { expiresAt: undefined }],
    ['a revocation that is a text', { revokedAt: '2020-01-01' }],
    ['a revocation that is a number', { revokedAt: 0 }],
    ['a judgement that is a text', { valid: 'yes' }],
    ['members that are a text', { members: 'all' }],
    ['members that are missing', { members: undefined }],
    ['members that are null', { members: null }],
    ['members with something else in it', { members: ['mem_maria', 7] }],
    ['scopes that are a text', { scopes: 'memory:read' }],
    ['scopes that are missing', { scopes: undefined }],
    ['no workspace', { workspaceId: undefined }],
    ['an empty id', { id: '' }],
  ]
  it.each(keys)('is an outage, and never admits: a key with %s', async (_, fields) => {
    const { world } = await start()
    const lie = over('apiKeys', 'findByDigest', fields)(world)
    const { running, world: lied } = await broken('apiKeys', 'findByDigest', lie as Method)
    expect((await post(running, ADD)).status).toBe(503)
    expect(lied.executions).toEqual([])
  })

  const members: readonly [string, object][] = [
    ['another id', { id: 'mem_ada' }],
    ['no id', { id: undefined }],
    ['another workspace', { workspaceId: 'ws_globex' }],
    ['no workspace', { workspaceId: undefined }],
    ['a truthy active', { active: 'yes' }],
    ['no active', { active: undefined }],
  ]
  it.each(members)('is no member: a member with %s', async (_, fields) => {
    const { world } = await start()
    const lie = over('members', 'findById', fields)(world)
    const { running, world: lied } = await broken('members', 'findById', lie as Method)
    const answer = await post(running, { ...ADD, member: null, headers: { 'x-allv-user-id': 'mem_maria' } })
    expect([answer.status, answer.json.error?.data['code']]).toEqual([400, 'MEMBER_NOT_ALLOWED'])
    expect(lied.executions).toEqual([])
  })

  it.each([
    ['another address', 'ada@acme.test'],
    ['no address', undefined],
    ['a number', 7],
  ])('is not the requested member: a member with %s', async (_, email) => {
    const { world } = await start()
    const lie = over('members', 'findByEmail', { email })(world)
    const { running, world: lied } = await broken('members', 'findByEmail', lie as Method)
    const answer = await post(running, ADD)
    expect(answer.json.result).toBeUndefined()
    expect(lied.executions).toEqual([])
  })

  it.each([null, 'tools', { tools: [] }, 7])('lists no tools, and calls none: %j', async (listed) => {
    const { world, running } = await broken('tools', 'list', async () => listed)
    for (const ask of [{ body: rpc('tools/list') }, ADD]) {
      const answer = await post(running, ask)
      expect(answer.json.result).toBeUndefined()
      expect(answer.text).not.toMatch(/is not a function|not iterable/)
    }
    expect(world.executions).toEqual([])
  })

  it.each([
    { key: 'other', text: 'of another entry', revision: '1', updatedAt: new Date() },
    { key: 'tone' },
    { key: 'tone', text: 7, revision: '1', updatedAt: new Date() },
    'formal',
  ])('is no memory entry: %j', async (entry) => {
    const { running } = await broken('memory', 'read', async () => entry)
    const answer = await post(running, READ)
    expect(answer.json.result).toBeUndefined()
    expect(answer.text).not.toContain('of another entry')
  })

  it.each([undefined, null, 1, 'true', {}])('is a feature flag that is off: %j', async (enabled) => {
    const { running } = await broken('features', 'isEnabled', async () => enabled)
    expect((await post(running, {})).status).toBe(403)
  })

  it.each([undefined, null, {}, { verdict: 'ALLOW' }, { verdict: true }, 'allow'])(
    'is no verdict: %j',
    async (verdict) => {
      const { world, running } = await broken('policy', 'evaluate', async () => verdict)
      expect((await post(running, ADD)).json.error?.data['code']).toBe('INTERNAL')
      expect(world.executions).toEqual([])
      expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['failed'])
    },
  )
})

it('reports an outage, not a bad key: the next request is served again', async () => {
  let down = true
  const { running } = await start({
    adapt: ({ apiKeys }) => ({
      apiKeys: {
        findByDigest: (query) => (down ? Promise.reject(new Error(SECRET)) : apiKeys.findByDigest(query)),
      },
    }),
  })
  expect((await post(running, { key: null, headers: { 'x-api-key': 'sk_test_unknown' } })).status).toBe(503)
  down = false
  expect((await post(running, {})).status).toBe(200)
})

it('serves lists although the audit log is down, and calls onError', async () => {
  const cause = new Error(SECRET)
  const { world, running } = await broken('audit', 'append', () => Promise.reject(cause))
  expect((await post(running, { body: rpc('tools/list') })).json.result.tools.length).toBeGreaterThan(0)
  expect(world.failures.map(({ error }) => error)).toContain(cause)
  expect((await post(running, { key: 'globex' })).status).toBe(401)
})
