import { jest } from '@jest/globals'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { signingKey } from '../issuer.js'
import { type OAuthWorld, startOAuthWorld } from '../world.js'

/** Both SDKs while the authorization server is down, and after its key has changed. The clock is moved; nothing waits. */

const MINUTE = 60_000
const base = Date.now()
let ahead = 0
let host: OAuthWorld
/** What the client sends now, as its provider of tokens would. */
let token = ''

beforeEach(async () => {
  ahead = 0
  jest.spyOn(Date, 'now').mockImplementation(() => base + ahead)
  host = await startOAuthWorld({}, { rateLimit: false })
})
afterEach(async () => {
  await host.close()
  jest.restoreAllMocks()
})

const withToken = (url: string | URL, init: RequestInit = {}) => {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${token}`)
  return fetch(url, { ...init, headers })
}

/** A token that is good by the moved clock. */
async function refresh() {
  const iat = Math.floor(Date.now() / 1000)
  token = await host.tokenFor({ iat, exp: iat + 300 })
}

const add = { name: 'deals_add', arguments: { a: 1, b: 2 } }
const CLIENTS = {
  'version 1': async () => {
    const client = new Client({ name: 'v1', version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(host.endpoint()), { fetch: withToken })
    await client.connect(transport as Parameters<typeof client.connect>[0])
    return { call: () => client.callTool(add), close: () => client.close() }
  },
  'version 2': async () => {
    const client = new ModernClient({ name: 'v2', version: '1' })
    await client.connect(new ModernTransport(new URL(host.endpoint()), { fetch: withToken }))
    return { call: () => client.callTool(add), close: () => client.close() }
  },
} as const

describe.each(['version 1', 'version 2'] as const)('SDK %s', (version) => {
  it('works for 59 minutes without the authorization server, not for 61, and again when it is back', async () => {
    await refresh()
    const client = await CLIENTS[version]()
    const sum = async () => JSON.stringify(await client.call())
    expect(await sum()).toContain('"sum":3')
    host.issuer.fault = 500
    ahead = 59 * MINUTE
    await refresh()
    expect(await sum()).toContain('"sum":3')
    ahead = 61 * MINUTE
    await refresh()
    await expect(client.call()).rejects.toThrow(/503|unavailable/i)
    host.issuer.fault = null
    ahead = 62 * MINUTE
    await refresh()
    expect(await sum()).toContain('"sum":3')
    await client.close()
  })

  it('goes on when the key of the authorization server has changed', async () => {
    await refresh()
    const client = await CLIENTS[version]()
    await client.call()
    host.issuer.keys.splice(0, 1, await signingKey('key_2'))
    ahead = MINUTE
    await refresh()
    expect(JSON.stringify(await client.call())).toContain('"sum":3')
    await client.close()
  })
})
