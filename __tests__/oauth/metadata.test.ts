import { request } from 'node:http'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** The protected resource metadata (RFC 9728), and what is answered where clients look for other documents. */

let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld({ resourceName: 'Acme Sales', documentationUrl: 'https://docs.acme.test/mcp' })
})
afterAll(() => host.close())

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const get = (path: string, init: RequestInit = {}) => fetch(`${host.origin}${path}`, init)

const document = (workspaceId: string) => ({
  resource: `${host.origin}/api/workspaces/${workspaceId}/mcp/oauth`,
  authorization_servers: [host.issuer.issuer],
  scopes_supported: ['crm.read', 'memory.read'],
  bearer_methods_supported: ['header'],
  resource_name: 'Acme Sales',
  resource_documentation: 'https://docs.acme.test/mcp',
})

it.each([
  [`${WELL_KNOWN}/api/workspaces/ws_acme/mcp/oauth`, 'ws_acme'],
  [`${WELL_KNOWN}/api/workspaces/ws_acme/mcp/oauth?x=1`, 'ws_acme'],
  [`/api/workspaces/ws_acme/mcp/oauth${WELL_KNOWN}`, 'ws_acme'],
  [`${WELL_KNOWN}/api/workspaces/ws_unknown/mcp/oauth`, 'ws_unknown'],
  [`/api/workspaces/ws_unknown/mcp/oauth${WELL_KNOWN}`, 'ws_unknown'],
])('serves %s, whether the workspace exists or not', async (path, workspaceId) => {
  const response = await get(path, { headers: { origin: 'https://anywhere.example' } })
  expect([response.status, await response.json()]).toEqual([200, document(workspaceId)])
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
})

it.each([
  WELL_KNOWN,
  `${WELL_KNOWN}/`,
  `${WELL_KNOWN}/api/workspaces/ws_acme/mcp`,
  '/.well-known/oauth-authorization-server/api/workspaces/ws_acme/mcp/oauth',
  '/.well-known/openid-configuration/api/workspaces/ws_acme/mcp/oauth',
  '/.well-known/oauth-authorization-server/api/workspaces/ws_acme/mcp',
])('answers %s with 404 in JSON, and not with the page of the app', async (path) => {
  const response = await get(path)
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json'])
  expect(await response.json()).toEqual({ error: 'ROUTE_NOT_FOUND' })
})

it.each([
  '/',
  '/.well-known/security.txt',
  '/.well-known/oauth-protected-resource-x',
  // Another resource of the host, also below the mount point.
  '/.well-known/oauth-protected-resource/api/elsewhere',
  '/.well-known/oauth-protected-resource/other/mcp',
  '/well-known',
  '/.well-known/oauth-authorization-server',
])('leaves %s to the app', async (path) => {
  expect(await (await get(path)).text()).toBe('<html>the app</html>')
})

it.each([
  [`${WELL_KNOWN}/api/workspaces/ws_acme/mcp/oauth`, '"resource"'],
  [WELL_KNOWN, 'ROUTE_NOT_FOUND'],
  ['/well-known', '<html>the app</html>'],
])('answers the absolute target of %s as its path', async (path, expected) => {
  const { hostname, port } = new URL(host.origin)
  const text = await new Promise<string>((resolve, reject) => {
    // A proxy sends the whole address as the path of its request.
    request({ hostname, port, path: `${host.origin}${path}` }, (res) => {
      let body = ''
      res.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      res.on('end', () => resolve(body))
    })
      .on('error', reject)
      .end()
  })
  expect(text).toContain(expected)
})

it('answers a preflight, HEAD, and no other method', async () => {
  const path = `${WELL_KNOWN}/api/workspaces/ws_acme/mcp/oauth`
  const preflight = await get(path, { method: 'OPTIONS' })
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'MCP-Protocol-Version',
  ])
  const head = await get(path, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const { status, headers } = await get(path, { method })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  }
})

/** `fetch` does not send another Host. */
function withHeaders(path: string, headers: Record<string, string>, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${host.origin}${path}`, { method, headers }, (res) => {
      let text = JSON.stringify(res.headers['www-authenticate'] ?? null)
      res.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      res.on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
}

it('builds addresses from publicUrl, whatever a request says of its host', async () => {
  const forged = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example',
  }
  for (const path of [`${WELL_KNOWN}/api/workspaces/ws_acme/mcp/oauth`, '/api/workspaces/ws_acme/mcp/oauth'])
    expect(await withHeaders(path, forged)).not.toContain('evil')
  expect(await withHeaders('/api/workspaces/ws_acme/mcp/oauth', forged)).toContain(
    `${host.origin}${WELL_KNOWN}`,
  )
})

it.each([
  'ws%0d%0aX-Evil:%201',
  'ws%22%2C%20scope%3D%22all',
  'ws%20scope%3Dall',
  'ws%5C%22',
  '%E2%80%AE',
  'scope="all"',
])('writes a clean challenge for the workspace %s', async (workspace) => {
  const response = await fetch(`${host.origin}/api/workspaces/${workspace}/mcp/oauth`, { method: 'POST' })
  const challenge = response.headers.get('www-authenticate') ?? ''
  expect([response.status, response.headers.get('x-evil')]).toEqual([401, null])
  expect(challenge).toMatch(
    /^Bearer realm="allv", scope="crm\.read memory\.read", resource_metadata="http:\/\/127\.0\.0\.1:\d+\/[!#-~]+"$/,
  )
  expect(challenge.match(/scope=/g)).toHaveLength(1)
})

it('names the document below the mount when the host wants that', async () => {
  const other = await startOAuthWorld({ metadataAt: 'mount' })
  try {
    const { challenge } = await other.post(null)
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(challenge ?? '') ?? []
    expect(url).toBe(`${other.endpoint()}${WELL_KNOWN}`)
    expect(await (await fetch(url)).json()).toMatchObject({ resource: other.endpoint() })
  } finally {
    await other.close()
  }
})

it('serves both credentials at one address when the host wants that', async () => {
  const other = await startOAuthWorld({ endpoint: 'same' })
  try {
    const token = await other.tokenFor()
    expect((await other.post(`Bearer ${token}`)).status).toBe(200)
    expect(
      (await other.post('Bearer sk_test_acme', { headers: { 'x-allv-user-id': 'mem_maria' } })).status,
    ).toBe(200)
    expect((await other.post('Bearer sk_test_acme_revoked')).challenge).toBe(
      'Bearer realm="allv", error="invalid_token"',
    )
    expect((await other.post(null, { url: `${other.endpoint()}/oauth` })).status).toBe(404)
    const prm = await fetch(`${other.origin}${WELL_KNOWN}/api/workspaces/ws_acme/mcp`)
    expect(await prm.json()).toMatchObject({ resource: other.endpoint() })
  } finally {
    await other.close()
  }
})
