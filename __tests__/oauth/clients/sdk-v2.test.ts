import { connect } from '../../../examples/oauth-client/connection.js'
import { type Example, startExample } from './example.js'

/** The official SDK, version 2, against the example and its authorization server: a whole life of a connection. */

let example: Example
beforeAll(async () => {
  example = await startExample()
})
afterAll(() => example.close())

const search = { name: 'deals_search', arguments: { query: 'magnet' } }
const create = { name: 'deals_create', arguments: { title: 'Rocket skates', amount: 10 } }
const nobodyShows = async () => {
  throw new Error('no address has to be shown')
}
const connected = async (person = {}, endpoint = example.endpoint()) => {
  const signIn = example.signIn(person)
  return { signIn, endpoint, ...(await connect(new URL(endpoint), signIn, nobodyShows)) }
}

it('signs a person in, who sees the client, the workspace and the permissions in words, and works as them', async () => {
  const { client, signIn } = await connected()
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  const [, consent = ''] = signIn.browser.pages
  for (const words of ['OAuth example', 'maria@acme.test', 'Acme', 'Read deals, contacts and reports'])
    expect(consent).toContain(words)
  expect(consent).not.toContain('Create and delete deals')
  expect(signIn.visits.map((url) => url.searchParams.get('resource'))).toEqual([example.endpoint()])
  expect(JSON.stringify(await client.callTool(search))).toContain('Giant magnet')
  await client.close()
})

it('refreshes a token that has ended, without a person', async () => {
  const { client, signIn } = await connected()
  signIn.expire()
  expect(JSON.stringify(await client.callTool(search))).toContain('Giant magnet')
  expect([signIn.received.length, signIn.visits.length]).toEqual([2, 1])
  await client.close()
})

it('asks for a further permission once, which the person gives, and then has all', async () => {
  const { client, signIn, withSignIn } = await connected()
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toContain('deals_create')
  const created = await withSignIn(() => client.callTool(create))
  expect(JSON.stringify(created)).toContain('Rocket skates')
  expect(signIn.visits).toHaveLength(2)
  expect(signIn.visits[1]?.searchParams.get('scope')?.split(' ')).toEqual(
    expect.arrayContaining(['crm.read', 'crm.write', 'memory.read']),
  )
  expect(signIn.browser.pages.at(-1)).toContain('Create and delete deals')
  await client.callTool(create)
  expect(signIn.visits).toHaveLength(2)
  await client.close()
})

it('has to sign in again once its refresh token was revoked, and its access token ends at once', async () => {
  const { client, signIn, withSignIn } = await connected({ email: 'omar@acme.test' })
  const { refresh_token: token = '' } = signIn.received[0] ?? {}
  const information = await signIn.clientInformation()
  const body = new URLSearchParams({ token, client_id: information?.client_id ?? '' })
  expect((await fetch(`${example.issuer}/token/revocation`, { method: 'POST', body })).status).toBe(200)
  const old = { method: 'POST', headers: { authorization: `Bearer ${signIn.received[0]?.access_token}` } }
  expect((await fetch(example.endpoint(), old)).status).toBe(401)
  expect(JSON.stringify(await withSignIn(() => client.callTool(search)))).toContain('Giant magnet')
  expect([signIn.received.length, signIn.visits.length]).toEqual([2, 2])
  await client.close()
})

it('works in no other workspace with its token', async () => {
  const { client, signIn } = await connected()
  const access = signIn.received[0]?.access_token
  const answer = await fetch(example.endpoint('ws_globex'), {
    method: 'POST',
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    body: '{}',
  })
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ])
  await client.close()
})

it('lets a person in nowhere where they are no member, and tells the client that they did not allow it', async () => {
  const signIn = example.signIn()
  const there = connect(new URL(example.endpoint('ws_globex')), signIn, nobodyShows)
  await expect(there).rejects.toThrow('the person did not allow it')
  expect(signIn.browser.pages.at(-1)).toContain('maria@acme.test is not in the workspace')
  expect(signIn.received).toEqual([])
})

it.each([
  ['ws_acme', true],
  ['ws_globex', false],
])('works, at the address for all, in the workspace that the person chose: %s', async (workspace, isAcme) => {
  const { client, signIn } = await connected({ email: 'ada@acme.test', workspace }, example.endpointForAll)
  expect(signIn.browser.pages[1]).toContain('In which workspace?')
  const found = async () => JSON.stringify((await client.callTool(search)).structuredContent)
  expect((await found()).includes('Giant magnet')).toBe(isAcme)
  signIn.expire()
  expect((await found()).includes('Giant magnet')).toBe(isAcme)
  expect([signIn.received.length, signIn.visits.length]).toEqual([2, 1])
  await client.close()
})
