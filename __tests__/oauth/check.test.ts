import { startOAuthWorld } from './world.js'

/** `router.oauthCheck`: what it says of a set-up that works, and of planted faults. */

const findings = async (
  plant: (host: Awaited<ReturnType<typeof startOAuthWorld>>) => void = () => {},
  oauth = {},
) => {
  const host = await startOAuthWorld(oauth)
  try {
    plant(host)
    const found = await host.router.oauthCheck({ workspaceId: 'ws_acme' })
    for (const { status, cure, title } of found) {
      expect([status, cure === null]).toEqual([status, status === 'pass'])
      expect(title).toMatch(/\S/)
    }
    return Object.fromEntries(found.map(({ id, status }) => [id, status]))
  } finally {
    await host.close()
  }
}

const GOOD = {
  'issuer-metadata': 'pass',
  'issuer-keys': 'pass',
  pkce: 'pass',
  registration: 'warn',
  'response-issuer': 'warn',
  'metadata-at-origin': 'pass',
  'metadata-at-mount': 'pass',
  'root-probe': 'pass',
  clock: 'pass',
}

it('finds no fault in a set-up that works', async () => {
  expect(await findings()).toEqual(GOOD)
})

it('names an authorization server that cannot be reached, and metadata of another one', async () => {
  const down = await findings(({ issuer }) => {
    issuer.fault = 500
  })
  expect(down).toMatchObject({
    'issuer-metadata': 'fail',
    'issuer-keys': 'fail',
    'metadata-at-origin': 'pass',
  })
  const other = await findings(({ issuer }) => {
    issuer.fault = (_, res) =>
      res
        .writeHead(200)
        .end(JSON.stringify({ issuer: `${issuer.issuer}/`, jwks_uri: `${issuer.issuer}/jwks` }))
  })
  expect(other).toMatchObject({ 'issuer-metadata': 'fail' })
})

it('names a router whose metadata is not at the origin', async () => {
  // Every address of the origin is answered by the app: it was mounted before.
  const found = await findings(undefined, {
    fetch: (url: string, init: RequestInit) =>
      new URL(url).pathname.startsWith('/.well-known/oauth-protected-resource')
        ? Promise.resolve(new Response('<html>', { status: 200 }))
        : fetch(url, init),
  })
  expect(found).toMatchObject({
    'metadata-at-origin': 'fail',
    'metadata-at-mount': 'pass',
    'root-probe': 'warn',
  })
})

it('names a wrong publicUrl', async () => {
  const found = await findings(undefined, {
    fetch: (url: string, init: RequestInit) =>
      url.includes('oauth-protected-resource')
        ? Promise.resolve(Response.json({ resource: 'https://other.example/mcp' }))
        : fetch(url, init),
  })
  expect(found).toMatchObject({ 'metadata-at-origin': 'fail', 'metadata-at-mount': 'warn' })
})

it('names issuers that the host cannot give', async () => {
  expect(await findings(undefined, { issuers: () => Promise.reject(new Error('down')) })).toEqual({
    issuers: 'fail',
  })
})

it('says what was wrong with the metadata of an authorization server', async () => {
  const host = await startOAuthWorld()
  host.issuer.fault = (req, res) =>
    req.url === '/.well-known/oauth-authorization-server'
      ? res.writeHead(200).end(JSON.stringify({ issuer: `${host.issuer.issuer}/` }))
      : res.writeHead(404).end()
  const found = await host.router.oauthCheck({ workspaceId: 'ws_acme' })
  await host.close()
  const titles = found.filter(({ status }) => status === 'fail').map(({ title }) => title)
  expect(titles).toContainEqual(
    expect.stringContaining('names another issuer; copy the issuer from it exactly'),
  )
  expect(titles.filter((title) => title.includes('()'))).toEqual([])
})
