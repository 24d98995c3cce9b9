import { type AllvAgentApi, createAllvAgentApi, defineTool, type OAuthOptions } from 'allv-mcp'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { createWorld } from '../support/world.js'
import { signingKey } from './issuer.js'
import { accepts, type Policy, type Request, SKEW_SECONDS } from './model.js'
import { SCOPES, startOAuthWorld } from './world.js'

/** For every combination of issuer, token, workspace, member, audience, scope and time: what is accepted is exactly what a small model accepts. */

const REQUESTS = 20_000
const BASE = 1_900_000_000
const RESOURCE = (workspaceId: string) => `https://agent.acme.test/api/workspaces/${workspaceId}/mcp/oauth`
const ISSUERS = ['https://a.id.test', 'https://b.id.test', 'https://c.id.test/'] as const
const WORKSPACES = ['ws_acme', 'ws_globex', 'ws_unknown'] as const

/** `a` signs in people of Acme, `b` of both, `c` of nobody. */
const TRUSTED: Policy['trusted'] = { ws_acme: [ISSUERS[0], ISSUERS[1]], ws_globex: [ISSUERS[1]] }
const LINKS: Policy['links'] = [
  { workspaceId: 'ws_acme', issuer: ISSUERS[0], subject: 'maria', memberId: 'mem_maria' },
  { workspaceId: 'ws_acme', issuer: ISSUERS[1], subject: 'omar', memberId: 'mem_omar' },
  { workspaceId: 'ws_acme', issuer: ISSUERS[0], subject: 'ivan', memberId: null },
  { workspaceId: 'ws_globex', issuer: ISSUERS[1], subject: 'maria', memberId: 'mem_lin' },
]
const POLICY: Policy = { trusted: TRUSTED, links: LINKS, resourceOf: RESOURCE }

const keys = new Map<string, Awaited<ReturnType<typeof signingKey>>>()
let clock = BASE * 1000
const realNow = Date.now
beforeAll(async () => {
  for (const issuer of [...ISSUERS, 'stranger']) keys.set(issuer, await signingKey(`key of ${issuer}`))
  Date.now = () => clock
})
afterAll(() => {
  Date.now = realNow
})

const moments = fc.constantFrom(0, 5, 29, 31, 61, 3600)
const offsets = fc.constantFrom(
  -90_000,
  -86_460,
  -86_400,
  -3600,
  -61,
  -31,
  -30,
  -29,
  -1,
  0,
  1,
  29,
  31,
  60,
  3600,
)
const requests: fc.Arbitrary<Request> = fc.record({
  signedBy: fc.constantFrom(...ISSUERS, 'stranger'),
  issuer: fc.constantFrom(...ISSUERS),
  typ: fc.constantFrom('at+jwt', 'at+jwt', 'application/at+jwt', 'JWT', 'dpop+jwt'),
  audience: fc.oneof(
    fc.constantFrom(...WORKSPACES.map(RESOURCE), 'https://other.test', null),
    fc.array(fc.constantFrom(...WORKSPACES.map(RESOURCE), 'https://other.test'), { maxLength: 3 }),
  ),
  subject: fc.constantFrom('maria', 'omar', 'ivan', 'lin', 'client_1', null),
  clientId: fc.constantFrom('client_1', 'client_2', 'maria', null),
  scopes: fc.array(fc.constantFrom('crm.read', 'crm.write', 'memory.write', '*', 'crm.*', 'deals:read'), {
    maxLength: 3,
  }),
  issuedAt: fc.oneof(fc.constant(-1), fc.constant(null), offsets),
  endsAt: fc.oneof(fc.constant(300), fc.constant(null), offsets),
  notBefore: fc.oneof(fc.constant(null), offsets),
  workspaceId: fc.constantFrom(...WORKSPACES),
  now: moments,
})
/** Most random requests are wrong in several ways. These are wrong in at most two, so that each rule decides some of them. */
const nearlyGood: fc.Arbitrary<Request> = fc
  .tuple(
    fc.constantFrom<readonly [string, string, string]>(
      ['ws_acme', ISSUERS[0], 'maria'],
      ['ws_acme', ISSUERS[1], 'omar'],
      ['ws_globex', ISSUERS[1], 'maria'],
    ),
    requests,
    fc.uniqueArray(
      fc.constantFrom<keyof Request>(
        'signedBy',
        'issuer',
        'typ',
        'audience',
        'subject',
        'clientId',
        'issuedAt',
        'endsAt',
        'notBefore',
        'workspaceId',
        'now',
      ),
      { maxLength: 2 },
    ),
  )
  .map(([[workspaceId, issuer, subject], other, changed]) => ({
    signedBy: issuer,
    issuer,
    typ: 'at+jwt',
    audience: RESOURCE(workspaceId),
    subject,
    clientId: 'client_1',
    scopes: other.scopes,
    issuedAt: -1,
    endsAt: 300,
    notBefore: null,
    workspaceId,
    now: 0,
    ...Object.fromEntries(changed.map((name) => [name, other[name]])),
  }))
const anyRequest = fc.oneof({ weight: 4, arbitrary: nearlyGood }, { weight: 1, arbitrary: requests })

/** Tokens by their text: signing is most of the work. */
const signed = new Map<string, Promise<string>>()
function tokenOf(request: Request): Promise<string> {
  const { workspaceId: _, now: __, ...token } = request
  const id = JSON.stringify(token)
  const known = signed.get(id)
  if (known !== undefined) return known
  const made = sign(request)
  signed.set(id, made)
  return made
}

async function sign({ signedBy, issuer, typ, audience, subject, clientId, scopes, ...times }: Request) {
  const key = keys.get(signedBy)
  if (key === undefined) throw new Error(`there is no key of ${signedBy}`)
  const at = (offset: number | null) => (offset === null ? undefined : BASE + offset)
  const claims = {
    iss: issuer,
    sub: subject ?? undefined,
    client_id: clientId ?? undefined,
    aud: audience ?? undefined,
    scope: scopes.join(' '),
    iat: at(times.issuedAt),
    exp: at(times.endsAt),
    nbf: at(times.notBefore),
  }
  return new SignJWT(claims as never)
    .setProtectedHeader({ alg: 'ES256', typ, kid: key.kid })
    .sign(key.privateKey)
}

const fetchKeys: NonNullable<OAuthOptions['fetch']> = async (url) => {
  const issuer = ISSUERS.find((one) => url.startsWith(one.replace(/\/$/, '')))
  return Response.json({ keys: [keys.get(issuer ?? '')?.jwk] })
}

const tools = [
  defineTool({
    name: 'crm.list',
    description: 'x',
    input: z.object({}),
    scopes: ['deals:read'],
    run: () => 'x',
  }),
]

function hostWith(over: Partial<OAuthOptions> = {}) {
  const world = createWorld({
    publicUrl: 'https://agent.acme.test/api',
    rateLimit: false,
    tools,
    oauth: {
      issuers: ({ workspaceId }) =>
        (TRUSTED[workspaceId] ?? [ISSUERS[0]]).map((issuer) => ({
          issuer,
          jwksUri: `${issuer.replace(/\/$/, '')}/jwks`,
        })),
      scopes: SCOPES,
      clockSkewSeconds: SKEW_SECONDS,
      // The clock jumps back and forth. What is kept is the promise of kept-tokens.test.ts.
      cacheSeconds: 0,
      fetch: fetchKeys,
      ...over,
    },
  })
  for (const { memberId, ...identity } of LINKS)
    world.adapters.members.link({ ...identity, memberId: memberId ?? 'mem_ivan' })
  return createAllvAgentApi(world.options)
}

/** What happened: the member and what became of a call for which `deals:read` is needed, or the code of the refusal. */
async function observed(agents: AllvAgentApi, request: Request): Promise<string> {
  clock = (BASE + request.now) * 1000
  try {
    const accessToken = await tokenOf(request)
    const agent = await agents.withAccessToken({ workspaceId: request.workspaceId, accessToken })
    const called = await agent.callTool('crm.list', {}).then(({ status }) => status, codeOf)
    return `${agent.member.id} ${called}`
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

it(`accepts exactly what the model accepts, of ${REQUESTS} requests`, async () => {
  const agents = hostWith()
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      const expected = accepts(POLICY, request)
      if (expected.startsWith('mem_')) accepted += 1
      expect(await observed(agents, request)).toBe(expected)
    }),
    { numRuns: REQUESTS },
  )
  // The property says something of both sides.
  expect(accepted).toBeGreaterThan(REQUESTS / 10)
  expect(accepted).toBeLessThan((9 * REQUESTS) / 10)
  await agents.close()
}, 600_000)

const FAULTS: readonly (readonly [string, Partial<OAuthOptions>])[] = [
  ['more clock skew', { clockSkewSeconds: 61 }],
  ['less clock skew', { clockSkewSeconds: 0 }],
  ['older tokens', { maxTokenAgeSeconds: 7 * 86_400 }],
  ['an audience that all share', { audience: WORKSPACES.map(RESOURCE) }],
  ['an audience of another service', { audience: ['https://other.test'] }],
  ['no audience, but a client', { audience: { clientIds: ['client_1'] } }],
  ['clients without a person', { serviceMembers: true }],
  [
    'an issuer for all workspaces',
    { issuers: ISSUERS.map((issuer) => ({ issuer, jwksUri: `${issuer.replace(/\/$/, '')}/jwks` })) },
  ],
  [
    'any type',
    {
      issuers: ({ workspaceId }) =>
        (TRUSTED[workspaceId] ?? [ISSUERS[0]]).map((issuer) => ({
          issuer,
          jwksUri: `${issuer.replace(/\/$/, '')}/jwks`,
          tokenType: 'any',
        })),
    },
  ],
  ['a scope that grants more', { scopes: { ...SCOPES, 'memory.write': { grants: ['deals:read'] } } }],
  ['a scope that includes less', { scopes: { ...SCOPES, 'crm.write': { grants: ['deals:write'] } } }],
  ['revoked tokens', { isRevoked: ({ subject }) => subject === 'omar' }],
]

it.each(FAULTS)(
  'finds a planted fault: %s',
  async (_what, over) => {
    const agents = hostWith(over)
    const found = await fc.check(
      fc.asyncProperty(anyRequest, async (request) => {
        expect(await observed(agents, request)).toBe(accepts(POLICY, request))
      }),
      { numRuns: REQUESTS },
    )
    expect(found.failed).toBe(true)
    await agents.close()
  },
  120_000,
)

it('is the same over HTTP, and a refusal is never an outage', async () => {
  const host = await startOAuthWorld({}, { rateLimit: false })
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        claims: fc.dictionary(
          fc.constantFrom('aud', 'sub', 'client_id', 'scope', 'exp', 'iat', 'nbf', 'iss', 'jti', 'cnf'),
          fc.oneof(fc.jsonValue(), fc.constant(null)),
          { maxKeys: 2 },
        ),
        cut: fc.nat(2000),
        insert: fc.constantFrom('', '.', '=', '~', 'e30', '\u00ff', ' '),
      }),
      async ({ claims, cut, insert }) => {
        const token = await host.tokenFor(claims)
        const { status } = await host.post(`Bearer ${token.slice(0, cut)}${insert}${token.slice(cut)}`)
        expect([200, 401, 403]).toContain(status)
        if (insert !== '' && cut > 0 && cut < token.length) expect(status).toBe(401)
      },
    ),
    { numRuns: 1000 },
  )
  await host.close()
}, 120_000)
