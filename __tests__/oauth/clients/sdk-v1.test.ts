import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { SignIn } from '../../../examples/oauth-client/sign-in.js'
import { type Example, startExample } from './example.js'

/** The official SDK, version 1, which most clients of today are built on, against the example and its authorization server. */

let example: Example
beforeAll(async () => {
  example = await startExample()
})
afterAll(() => example.close())

const search = { name: 'deals_search', arguments: { query: 'magnet' } }
const create = { name: 'deals_create', arguments: { title: 'Rocket skates', amount: 10 } }

/** Every status that the endpoint answered. */
const open = async (signIn: SignIn, statuses: number[] = []) => {
  const client = new Client({ name: 'sdk-v1', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(example.endpoint()), {
    authProvider: signIn as unknown as OAuthClientProvider,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      if (String(url) === example.endpoint() && init?.method === 'POST') statuses.push(response.status)
      return response
    },
  })
  const connect = () => client.connect(transport as Parameters<typeof client.connect>[0])
  return { client, transport, connect }
}

async function connected() {
  const signIn = example.signIn()
  const first = await open(signIn)
  await expect(first.connect()).rejects.toThrow(UnauthorizedError)
  await first.transport.finishAuth((await signIn.answer()).get('code') ?? '')
  const statuses: number[] = []
  const { client, transport, connect } = await open(signIn, statuses)
  await connect()
  return { signIn, client, transport, statuses }
}

it('signs a person in, and works as them', async () => {
  const { client, signIn } = await connected()
  expect(signIn.browser.pages[1]).toContain('OAuth example')
  expect(JSON.stringify(await client.callTool(search))).toContain('Giant magnet')
  await client.close()
})

it('refreshes a token that has ended, without a person, and keeps its session', async () => {
  const { client, signIn, transport } = await connected()
  const { sessionId } = transport
  signIn.expire()
  expect(JSON.stringify(await client.callTool(search))).toContain('Giant magnet')
  expect([signIn.received.length, signIn.visits.length]).toEqual([2, 1])
  expect(transport.sessionId).toBe(sessionId)
  await client.close()
})

it('fails once for a permission that the person has not given, does not loop, and works on', async () => {
  const { client, statuses } = await connected()
  const before = statuses.length
  await expect(client.callTool(create)).rejects.toThrow(/upscoping|insufficient_scope|Unauthorized/)
  expect(statuses.slice(before)).toEqual([403, 403])
  expect(JSON.stringify(await client.callTool(search))).toContain('Giant magnet')
  await client.close()
})

it('sends the person to sign in again once its refresh token was revoked', async () => {
  const { client, signIn, transport } = await connected()
  const { refresh_token: token = '' } = signIn.received[0] ?? {}
  const body = new URLSearchParams({ token, client_id: (await signIn.clientInformation())?.client_id ?? '' })
  await fetch(`${example.issuer}/token/revocation`, { method: 'POST', body })
  await expect(client.callTool(search)).rejects.toThrow(UnauthorizedError)
  await transport.finishAuth((await signIn.answer()).get('code') ?? '')
  expect(JSON.stringify(await client.callTool(search))).toContain('Giant magnet')
  expect(signIn.visits).toHaveLength(2)
  await client.close()
})

it("has no use of its token in another workspace's endpoint", async () => {
  const { client, signIn } = await connected()
  const { status } = await fetch(example.endpoint('ws_globex'), {
    method: 'POST',
    headers: { authorization: `Bearer ${signIn.received[0]?.access_token}` },
  })
  expect(status).toBe(401)
  await client.close()
})
