import type { CustomPrincipal, CustomRequest } from 'allv-mcp'
import { KEYS } from '../support/world.js'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** The host's own authentication beside access tokens. */

const MARIA: CustomPrincipal = {
  id: 'session_maria',
  workspaceId: 'ws_acme',
  members: ['mem_maria'],
  scopes: ['memory:read'],
  expiresAt: null,
}
const asked: CustomRequest[] = []
let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld(
    { workspaceOf: ({ org_id: org }) => (typeof org === 'string' ? org : null) },
    {
      authenticate: {
        async identify(request) {
          asked.push(request)
          return request.headers['cookie'] === 'maria' ? MARIA : null
        },
        takesAuthorization: true,
        challenges: ['Session realm="acme"'],
      },
    },
  )
})
afterAll(() => host.close())
beforeEach(() => void asked.splice(0))

const maria = { headers: { cookie: 'maria' } } as const

it('takes a session where tokens are taken, and challenges everybody else to sign in', async () => {
  expect((await host.post(null, maria)).status).toBe(200)
  const { status, challenge } = await host.post(null)
  expect(status).toBe(401)
  expect(challenge).toMatch(
    /^Bearer realm="allv", scope="[^"]+", resource_metadata="[^"]+", Session realm="acme"$/,
  )
  expect(challenge).not.toContain('error')
})

it('never falls back from a token or key to a session', async () => {
  expect((await host.post(`Bearer ${await host.tokenFor({ sub: 'sub_omar' })}`, maria)).status).toBe(200)
  expect(host.world.adapters.audit.events.at(-1)).toMatchObject({
    memberId: 'mem_omar',
    credentialKind: 'oauth',
  })
  for (const bad of [
    await host.tokenFor({ exp: 1 }),
    await host.tokenFor({}, 'ws_globex'),
    KEYS.acmeRevoked,
  ]) {
    const { status, challenge } = await host.post(`Bearer ${bad}`, maria)
    expect([status, challenge?.includes('Session')]).toEqual([401, false])
  }
  expect(asked).toEqual([])
})

it('asks the host about a GET too, since clients look for the challenge there', async () => {
  expect((await host.post(null, { ...maria, http: 'GET' })).status).toBe(405)
  expect((await host.post(null, { http: 'GET' })).challenge).toContain('Session realm="acme"')
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET'])
})

it('takes the workspace of the principal at the endpoint for all workspaces', async () => {
  const url = `${host.origin}/api/mcp`
  expect((await host.post(null, { ...maria, url })).status).toBe(200)
  expect(asked[0]).toMatchObject({ workspaceId: null, url: '/api/mcp' })
  expect((await host.post(null, { ...maria, url: host.endpoint('ws_globex') })).status).toBe(401)
})
