import fc from 'fast-check'
import { listen, open, type Running, rpc, toolCall } from '../support/http.js'
import { createWorld, KEYS, type KeyName, type World } from '../support/world.js'

/**
 * An oracle that knows the fixtures, and nothing of the library, says for each generated call whether the gates let the tool
 * run, as whom and where. Both halves count: what is allowed runs once, everything else not at all.
 */

interface Grant {
  readonly home: string
  readonly live: boolean
  readonly members: 'any' | readonly string[]
  readonly scopes: readonly string[]
}

const grant = (over: Partial<Grant> = {}): Grant => ({
  home: 'ws_acme',
  live: true,
  members: 'any',
  scopes: [],
  ...over,
})
const GRANTS: Readonly<Record<KeyName, Grant>> = {
  acme: grant(),
  acmeBound: grant({ members: ['mem_maria'] }),
  acmeListed: grant({ members: ['mem_maria', 'mem_omar', 'mem_ivan'] }),
  acmeNoScopes: grant(),
  acmeReader: grant({ scopes: ['deals:write'] }),
  acmeExpired: grant({ live: false }),
  acmeRevoked: grant({ live: false }),
  globex: grant({ home: 'ws_globex', scopes: ['deals:write'] }),
}
const PEOPLE: readonly { readonly id: string; readonly home: string; readonly admin?: true }[] = [
  { id: 'mem_ada', home: 'ws_acme', admin: true },
  { id: 'mem_maria', home: 'ws_acme' },
  { id: 'mem_omar', home: 'ws_acme' },
  { id: 'mem_grace', home: 'ws_globex', admin: true },
  { id: 'mem_lin', home: 'ws_globex' },
]

interface Attempt {
  readonly key: KeyName
  readonly carrier: 'x-api-key' | 'bearer' | 'both' | 'two keys' | 'query' | 'near miss'
  readonly workspaceId: string
  readonly id: string | null
  readonly email: string | null
  readonly tool: string
  readonly args: string
}

const NUMBERS = '{"a":1,"b":2}'
const attempt = fc.record<Attempt>({
  key: fc.constantFrom(...(Object.keys(GRANTS) as KeyName[])),
  carrier: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('x-api-key' as const, 'bearer' as const, 'both' as const) },
    { weight: 1, arbitrary: fc.constantFrom('two keys' as const, 'query' as const, 'near miss' as const) },
  ),
  workspaceId: fc.oneof(
    { weight: 4, arbitrary: fc.constant('home') },
    { weight: 1, arbitrary: fc.constantFrom('ws_acme', 'ws_globex', 'ws_none', 'WS_ACME') },
  ),
  id: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(null, ...PEOPLE.map((one) => one.id)) },
    { weight: 1, arbitrary: fc.constantFrom('mem_ivan', 'mem_none', '__proto__') },
  ),
  email: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'maria@acme.test',
        'MARIA@acme.test',
        'ivan@acme.test',
        'lin@globex.test',
        'x',
      ),
    },
  ),
  tool: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom('deals.add', 'deals_add', 'admin.only', 'admin_only', 'scoped'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('deals_delete', 'deals.confirm', 'deals.forbidden', 'toString'),
    },
  ),
  args: fc.oneof(
    { weight: 5, arbitrary: fc.constant(NUMBERS) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '{"a":"1","b":2}',
        '{"a":1e400,"b":2}',
        '{"a":1}',
        '[1,2]',
        'null',
        '{"__proto__":{"a":1,"b":2}}',
        '{"a":"x","a":1,"b":2}',
        '{"a":1,"b":2,"b":{}}',
      ),
    },
  ),
})

/** The member that runs the tool, and the workspace; null when some check refuses. */
function allowed({ key, carrier, workspaceId, id, email, tool, args }: Attempt): string | null {
  const { home, live, members, scopes } = GRANTS[key]
  if (carrier === 'two keys' || carrier === 'query' || carrier === 'near miss') return null
  if (!live || (workspaceId !== 'home' && workspaceId !== home)) return null
  const byEmail = email === null ? null : `mem_${email.toLowerCase().replace(/@.*/, '')}`
  if (id !== null && byEmail !== null && id !== byEmail) return null
  const named = id ?? byEmail ?? (members !== 'any' && members.length === 1 ? members[0] : null)
  const person = PEOPLE.find((one) => one.id === named && one.home === home)
  if (person === undefined || (members !== 'any' && !members.includes(person.id))) return null
  const canonical = tool.replace('_', '.')
  // Without an approval these wait or are denied, for any caller.
  if (!['deals.add', 'admin.only', 'scoped'].includes(canonical)) return null
  if (canonical === 'admin.only' && person.admin !== true) return null
  if (canonical === 'scoped' && !scopes.includes('deals:write')) return null
  // Of two members with one name JSON keeps the last.
  if (canonical === 'deals.add' && args !== NUMBERS && args !== '{"a":"x","a":1,"b":2}') return null
  // No list, no number that JSON cannot hold, no key that becomes a prototype: for any tool.
  if (/^\[|1e400|__proto__/.test(args)) return null
  return `${canonical} as ${person.id} in ${home}`
}

function headersOf({ key, carrier, id, email }: Attempt): Record<string, string> {
  const secret = KEYS[key]
  const carriers: Readonly<Record<Attempt['carrier'], Record<string, string>>> = {
    'x-api-key': { 'x-api-key': secret },
    bearer: { authorization: `bearer ${secret}` },
    both: { 'x-api-key': secret, authorization: `Bearer ${secret}` },
    'two keys': { 'x-api-key': secret, authorization: `Bearer ${key === 'acme' ? KEYS.globex : KEYS.acme}` },
    query: {},
    'near miss': { 'x-api-key': `${secret}x` },
  }
  return {
    ...carriers[carrier],
    ...(id === null ? {} : { 'x-allv-user-id': id }),
    ...(email === null ? {} : { 'x-allv-user-email': email }),
  }
}

let world: World
let running: Running

beforeAll(async () => {
  world = createWorld({
    rateLimit: false,
    approvalHoldMs: 1,
    adapt: ({ apiKeys }) => ({
      apiKeys: {
        async findByDigest(asked) {
          const found = await apiKeys.findByDigest(asked)
          const name = Object.keys(KEYS).find((one) => found?.id === `key_${one}`) as KeyName | undefined
          return found === null || name === undefined ? found : { ...found, scopes: GRANTS[name].scopes }
        },
      },
    }),
  })
  running = await listen(world)
})
afterAll(() => running.close())

it('runs a tool exactly when every check passes, as that member, in that workspace', async () => {
  let ran = 0
  await fc.assert(
    fc.asyncProperty(attempt, async (one) => {
      const before = world.executions.length
      const target = one.workspaceId === 'home' ? GRANTS[one.key].home : one.workspaceId
      const path = one.carrier === 'query' ? `${running.endpoint(target)}?api_key=${KEYS[one.key]}` : ''
      const body = JSON.stringify(toolCall(one.tool, { here: 1 })).replace('{"here":1}', one.args)
      const answer = await open(path === '' ? running : { ...running, endpoint: () => path }, {
        key: null,
        member: null,
        workspaceId: target,
        headers: headersOf(one),
        body,
      })
      const text = await answer.text()
      expect(answer.status).toBeLessThan(500)
      expect(text).not.toContain('sk_test_')
      const executed = world.executions
        .slice(before)
        .map(({ tool, memberId, workspaceId }) => `${tool} as ${memberId} in ${workspaceId}`)
      const expected = allowed(one)
      expect(executed).toEqual(expected === null ? [] : [expected])
      ran += executed.length
    }),
    { numRuns: 3000 },
  )
  // Without this the oracle might be closed to everything, and agree.
  expect(ran).toBeGreaterThan(100)
})

it('answers ids, params and envelopes of every wrong shape, and runs nothing for them', async () => {
  const before = world.executions.length
  const call = { name: 'deals.add', arguments: { a: 1, b: 2 } }
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
  const bodies = [
    ...[{}, [], true, 1.5e308].map((id) => JSON.stringify({ ...rpc('tools/call', call), id })),
    JSON.stringify({ ...rpc('tools/call'), params: [call] }),
    JSON.stringify({ ...rpc('tools/call'), params: 'deals.add' }),
    JSON.stringify({ ...rpc('tools/call', call), jsonrpc: 2 }),
    JSON.stringify(toolCall('deals.add')).replace('"arguments":{}', `"arguments":${deep}`),
    JSON.stringify(toolCall('deals.add')).replace('"arguments":{}', '"arguments":{"a":"\\ud800","b":2}'),
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"params":{"name":"deals.add","arguments":{"a":1,"b":2}}}}',
  ]
  for (const body of bodies) {
    const answer = await open(running, { body, signal: AbortSignal.timeout(5000) })
    expect([body.slice(0, 120), answer.status < 500]).toEqual([body.slice(0, 120), true])
    expect(await answer.text()).not.toMatch(/ at .*\.(ts|js):\d|RangeError|TypeError/)
  }
  expect(world.executions.slice(before)).toEqual([])
})

it('accepts or refuses a tool call with anything in its _meta, and never fails', async () => {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('__proto__', '\ud800', -0))
  const meta = fc.dictionary(
    fc.constantFrom(
      'progressToken',
      'io.modelcontextprotocol/related-task',
      'io.modelcontextprotocol/protocolVersion',
      'traceparent',
      'ai.allv/idempotencyKey',
      '__proto__',
    ),
    odd,
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(meta, odd), async (_meta) => {
      const body = toolCall('deals.add', { a: 1, b: 2 }, { _meta })
      const answer = await open(running, { body, signal: AbortSignal.timeout(5000) })
      expect(answer.status).toBeLessThan(500)
      expect(await answer.text()).not.toMatch(/ at .*\.(ts|js):\d|TypeError/)
    }),
    { numRuns: 500 },
  )
})
