import { jest } from '@jest/globals'
import type { OAuthOptions } from 'allv-mcp'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** What an authorization server, or a fetch of the host, cannot make the library do. */

let ahead = 0
const hosts: OAuthWorld[] = []
const base = Date.now()
beforeEach(() => {
  ahead = 0
  jest.spyOn(Date, 'now').mockImplementation(() => base + ahead)
})
afterEach(() => jest.restoreAllMocks())
afterAll(async () => {
  for (const host of hosts) await host.close()
})

async function start(oauth: Partial<OAuthOptions>): Promise<OAuthWorld> {
  const host = await startOAuthWorld(oauth)
  hosts.push(host)
  return host
}

it.each(['http://127.0.0.1', 'http://localhost', 'https://127.0.0.1', 'https://localhost', 'http://[::1]'])(
  'fetches nothing on this machine because a server elsewhere names keys at %s',
  async (inside) => {
    const issuer = 'https://customer.example'
    const fetched: string[] = []
    const host = await start({
      issuers: [{ issuer }],
      fetch: async (url) => {
        fetched.push(url)
        return Response.json({ issuer, jwks_uri: `${inside}:9200/_all`, keys: [] })
      },
    })
    const token = await host.tokenFor({ iss: issuer })
    expect((await host.post(`Bearer ${token}`)).status).toBe(503)
    expect(fetched.join(' ')).not.toContain('9200')
  },
)

it.each([
  ['never answers', () => new Promise<Response>(() => {})],
  [
    'never ends an answer',
    async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
  ],
])(
  'comes back after a fetch of the host that %s and heeds no signal',
  async (_, hangs) => {
    let isStuck = true
    const host = await start({
      issuers: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks' }],
      fetch: async () =>
        isStuck ? hangs() : Response.json({ keys: host.issuer.keys.map(({ jwk }) => jwk) }),
    })
    host.world.adapters.members.link({
      workspaceId: 'ws_acme',
      issuer: 'https://id.example',
      subject: 'sub_maria',
      memberId: 'mem_maria',
    })
    const authorization = `Bearer ${await host.tokenFor({ iss: 'https://id.example', exp: Math.floor(base / 1000) + 900 })}`
    expect((await host.post(authorization)).status).toBe(503)
    isStuck = false
    ahead = 11_000
    expect((await host.post(authorization)).status).toBe(200)
  },
  45_000,
)
