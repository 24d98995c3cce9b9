import { createHash } from 'node:crypto'
import { createAllvAgentApi } from 'allv-mcp'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** Tokens that are bound to a key: RFC 9449. */

interface Holder {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  readonly thumbprint: string
}

let host: OAuthWorld
let holder: Holder
let token: string
beforeAll(async () => {
  host = await startOAuthWorld(
    { dpop: 'accept' },
    { rateLimit: false, allowedOrigins: ['https://app.acme.test'] },
  )
  holder = await newHolder()
  token = await host.tokenFor({ cnf: { jkt: holder.thumbprint } })
})
afterAll(() => host.close())

async function newHolder(): Promise<Holder> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  return { privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) }
}

interface Proof {
  readonly by?: Holder
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

const now = () => Math.floor(Date.now() / 1000)
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

async function proof({ by = holder, header = {}, claims = {} }: Proof = {}): Promise<string> {
  const all: Record<string, unknown> = {
    jti: crypto.randomUUID(),
    htm: 'POST',
    htu: host.endpoint(),
    iat: now(),
    ath: hashOf(token),
    ...claims,
  }
  for (const name of Object.keys(all)) if (all[name] === null) delete all[name]
  return new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: by.jwk, ...header })
    .sign(by.privateKey)
}

const send = (dpop: string | null, authorization = `DPoP ${token}`) =>
  host.post(authorization, { headers: dpop === null ? {} : { dpop } })

it('accepts a token with a proof for this request', async () => {
  expect((await send(await proof())).status).toBe(200)
  expect((await send(await proof({ claims: { htu: `${host.endpoint()}?x=1#y` } }))).status).toBe(200)
  expect(
    (await send(await proof({ claims: { htu: host.endpoint().replace('http:', 'HTTP:') } }))).status,
  ).toBe(200)
})

it('accepts each proof once', async () => {
  const one = await proof()
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(one)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 401)])
})

it('accepts tokens that are bound to no key beside them', async () => {
  expect((await host.post(`Bearer ${await host.tokenFor()}`)).status).toBe(200)
  expect(
    (await host.post(`DPoP ${await host.tokenFor()}`, { headers: { dpop: await proof() } })).status,
  ).toBe(401)
})

const PROOFS: readonly (readonly [string, () => Promise<Proof>])[] = [
  ['another method', async () => ({ claims: { htm: 'GET' } })],
  ['another address', async () => ({ claims: { htu: 'https://other.example/mcp' } })],
  [
    'another server',
    async () => ({ claims: { htu: `https://other.example${new URL(host.endpoint()).pathname}` } }),
  ],
  ['another workspace', async () => ({ claims: { htu: host.endpoint('ws_globex') } })],
  ['no address', async () => ({ claims: { htu: null } })],
  ['another token', async () => ({ claims: { ath: hashOf('x') } })],
  ['no token', async () => ({ claims: { ath: null } })],
  ['no id', async () => ({ claims: { jti: null } })],
  ['an empty id', async () => ({ claims: { jti: '' } })],
  ['an id of 513 characters', async () => ({ claims: { jti: 'x'.repeat(513) } })],
  ['a time long ago', async () => ({ claims: { iat: now() - 301 } })],
  ['a time to come', async () => ({ claims: { iat: now() + 330 } })],
  ['another key', async () => ({ by: await newHolder() })],
  ['the key of another in its header', async () => ({ header: { jwk: (await newHolder()).jwk } })],
  ['no key in its header', async () => ({ header: { jwk: undefined } })],
  ['another type', async () => ({ header: { typ: 'JWT' } })],
]

it.each(PROOFS)('refuses a proof for %s', async (_what, make) => {
  const { status, challenge } = await send(await proof(await make()))
  expect([status, host.world.adapters.audit.events.at(-1)?.reason]).toEqual([401, 'token_dpop_proof'])
  expect(challenge).toMatch(/^Bearer realm="allv", error="invalid_token".*, DPoP algs="ES256 /)
})

it('refuses a private key in a proof', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  expect((await send(await proof({ header: { jwk } }))).status).toBe(401)
})

it('refuses a bound token without a proof, with two, and as Bearer', async () => {
  const two = `${await proof()}, ${await proof()}`
  for (const [dpop, scheme] of [
    [null, 'DPoP'],
    [two, 'DPoP'],
    [await proof(), 'Bearer'],
    [null, 'Bearer'],
    ['x', 'DPoP'],
  ] as const)
    expect((await send(dpop, `${scheme} ${token}`)).status).toBe(401)
})

it('refuses a token that is bound in a second way, which it cannot check', async () => {
  const both = await host.tokenFor({ cnf: { jkt: holder.thumbprint, 'x5t#S256': 'x' } })
  const answer = await send(await proof({ claims: { ath: hashOf(both) } }), `DPoP ${both}`)
  expect([answer.status, host.world.adapters.audit.events.at(-1)?.reason]).toEqual([401, 'token_binding'])
})

it('refuses a bound token in process, where there is no proof', async () => {
  const agents = createAllvAgentApi(host.world.options)
  await expect(agents.withAccessToken({ workspaceId: 'ws_acme', accessToken: token })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  await agents.close()
})

it('refuses all tokens without a key when the host requires one', async () => {
  const other = await startOAuthWorld({ dpop: 'require' })
  try {
    const { status, challenge } = await other.post(`Bearer ${await other.tokenFor()}`)
    expect([status, challenge?.includes('DPoP algs=')]).toEqual([401, true])
    const metadata = await fetch(
      `${other.origin}/.well-known/oauth-protected-resource/api/workspaces/ws_acme/mcp/oauth`,
    )
    expect(await metadata.json()).toMatchObject({ dpop_bound_access_tokens_required: true })
  } finally {
    await other.close()
  }
})

it('checks a proof once for a call that waits', async () => {
  const answer = await host.post(`DPoP ${token}`, {
    method: 'tools/call',
    params: { name: 'deals_delete', arguments: { dealId: 'd1' } },
    headers: { dpop: await proof() },
  })
  expect(answer.json.result).toMatchObject({ _meta: { 'ai.allv/code': 'APPROVAL_PENDING' } })
})

it('lets pages of allowed origins send a proof, where proofs are taken', async () => {
  const preflight = async ({ endpoint }: OAuthWorld) => {
    const headers = { origin: 'https://app.acme.test', 'access-control-request-method': 'POST' }
    const answer = await fetch(endpoint(), { method: 'OPTIONS', headers })
    return answer.headers.get('access-control-allow-headers')?.split(', ').includes('DPoP')
  }
  expect(await preflight(host)).toBe(true)
  const without = await startOAuthWorld({}, { allowedOrigins: ['https://app.acme.test'] })
  try {
    expect(await preflight(without)).toBe(false)
  } finally {
    await without.close()
  }
})
