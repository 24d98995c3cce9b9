/** An authorization server for tests: its keys, metadata and introspection endpoint over real HTTP, and tokens of every shape. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: Readonly<Record<string, unknown>>
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export interface TokenShape {
  readonly key?: SigningKey
  /** `null` leaves out a claim. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

export interface TestIssuer {
  readonly issuer: string
  readonly keys: SigningKey[]
  /** The paths that were asked for. */
  readonly requests: string[]
  /** Answers in place of the server: a status, or a function. `null`: the server answers itself. */
  fault: number | ((req: IncomingMessage, res: ServerResponse) => void) | null
  /** Answers of the introspection endpoint, by token. */
  readonly active: Map<string, Readonly<Record<string, unknown>>>
  token(shape?: TokenShape): Promise<string>
  close(): Promise<void>
}

export const CLIENT = { clientId: 'rs', clientSecret: 'the secret of the resource server' }

export async function startIssuer(): Promise<TestIssuer> {
  const server = createServer((req, res) => answer(issuer, req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer: TestIssuer = {
    issuer: `http://127.0.0.1:${port}`,
    keys: [await signingKey('key_1')],
    requests: [],
    fault: null,
    active: new Map(),
    token: (shape = {}) => makeToken(issuer, shape),
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return issuer
}

async function makeToken(
  { issuer, keys }: Pick<TestIssuer, 'issuer' | 'keys'>,
  { key = keys[0], claims = {}, header = {} }: TokenShape,
): Promise<string> {
  if (key === undefined) throw new Error('the issuer has no key')
  const now = Math.floor(Date.now() / 1000)
  const all: Record<string, unknown> = {
    iss: issuer,
    sub: 'sub_maria',
    client_id: 'client_1',
    iat: now,
    exp: now + 300,
    jti: crypto.randomUUID(),
    scope: 'crm.read',
    ...claims,
  }
  for (const name of Object.keys(all)) if (all[name] === null) delete all[name]
  return new SignJWT(all as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)
}

function answer(issuer: TestIssuer, req: IncomingMessage, res: ServerResponse): void {
  issuer.requests.push(req.url ?? '')
  if (typeof issuer.fault === 'number')
    res.writeHead(issuer.fault, { location: `${issuer.issuer}/elsewhere` }).end()
  else if (issuer.fault !== null) issuer.fault(req, res)
  else if (req.url === '/jwks') json(res, { keys: issuer.keys.map(({ jwk }) => jwk) })
  else if (req.url === '/.well-known/oauth-authorization-server')
    json(res, {
      issuer: issuer.issuer,
      jwks_uri: `${issuer.issuer}/jwks`,
      code_challenge_methods_supported: ['S256'],
    })
  else if (req.url === '/introspect') introspect(issuer, req, res)
  else res.writeHead(404).end()
}

function introspect(issuer: TestIssuer, req: IncomingMessage, res: ServerResponse): void {
  const expected = `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret.replaceAll(' ', '+')}`).toString('base64')}`
  if (req.headers.authorization !== expected) return void res.writeHead(401).end()
  let body = ''
  req.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  req.on('end', () =>
    json(res, issuer.active.get(new URLSearchParams(body).get('token') ?? '') ?? { active: false }),
  )
}

function json(res: ServerResponse, body: unknown): void {
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
