import { createAllvAgentApi, createAllvMcpRouter, generateApiKey } from 'allv-mcp'
import { as, bare, customHosts, MARIA, OK, said } from './support/custom-host.js'
import { type Ask, modern, post, rpc, toolCall } from './support/http.js'
import { createWorld, KEYS } from './support/world.js'

/** Requests of callers whom the host's own app knows, by a session cookie or a credential of its own. */

const host = customHosts()
const REFUSED = [401, 'UNAUTHENTICATED', 'Bearer realm="allv"']

it('works as the one member of the principal, in both eras', async () => {
  const { world, running } = await host()
  const args = { a: 1, b: 2 }
  expect((await post(running, as('maria', { body: toolCall('deals.add', args) }))).json.result).toMatchObject(
    {
      structuredContent: { sum: 3 },
    },
  )
  const ask = modern('tools/call', { name: 'deals.add', arguments: args })
  expect((await post(running, as('maria', ask))).json.result).toMatchObject({ structuredContent: { sum: 3 } })
  const { audit, runs } = world.adapters
  for (const record of [...audit.events, ...runs.all()])
    expect(record).toMatchObject({
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      credentialId: 'session_maria',
      credentialKind: 'custom',
    })
})

it('shows the host the head of the request, and neither the body nor what it could change', async () => {
  const { running, asked } = await host()
  await post(running, as('maria', { headers: { 'X-Gateway': 'yes' }, workspaceId: 'ws%5Facme' }))
  const [request] = asked
  expect(Object.keys(request ?? {}).sort()).toEqual(['headers', 'method', 'url', 'workspaceId'])
  expect(request).toMatchObject({
    method: 'POST',
    url: '/api/workspaces/ws%5Facme/mcp',
    workspaceId: 'ws_acme',
    headers: { cookie: 'maria', 'x-gateway': 'yes', 'content-type': 'application/json' },
  })
  expect(Object.isFrozen(request) && Object.isFrozen(request?.headers)).toBe(true)
})

const never = new Date(Number.NaN)
it.each<[string, unknown]>([
  ['a text', 'mem_maria'],
  ['true', true],
  ['false', false],
  ['a list', [MARIA]],
  ['an empty object', {}],
  ['no id', { ...MARIA, id: undefined }],
  ['an empty id', { ...MARIA, id: '' }],
  ['an id that is a number', { ...MARIA, id: 7 }],
  ['an id of 201 characters', { ...MARIA, id: 'x'.repeat(201) }],
  ['an id with a NUL', { ...MARIA, id: 'a\0b' }],
  ['an id with half a character', { ...MARIA, id: 'a\ud800' }],
  ['no workspace', { ...MARIA, workspaceId: undefined }],
  ['an empty workspace', { ...MARIA, workspaceId: '' }],
  ['a list of workspaces', { ...MARIA, workspaceId: ['ws_acme'] }],
  ['no members', { ...MARIA, members: undefined }],
  ['members as one text', { ...MARIA, members: 'mem_maria' }],
  ['members with a hole', { ...MARIA, members: ['mem_maria', null] }],
  ['no scopes', { ...MARIA, scopes: undefined }],
  ['scopes as one text', { ...MARIA, scopes: '*' }],
  ['scopes of numbers', { ...MARIA, scopes: [1] }],
  ['no end', { ...MARIA, expiresAt: undefined }],
  ['an end as a text', { ...MARIA, expiresAt: '2020-01-01T00:00:00Z' }],
  ['an end as a number', { ...MARIA, expiresAt: 0 }],
  ['an end that is no time', { ...MARIA, expiresAt: never }],
])('answers 503 and reports a principal of the wrong shape: %s', async (_, principal) => {
  const { world, running, sessions } = await host()
  sessions.set('maria', principal)
  expect(said(await post(running, as('maria')))).toEqual([503, 'UNAVAILABLE', null])
  expect(world.failures).toMatchObject([{ code: 'UNAVAILABLE', error: expect.any(TypeError) }])
  expect(String(world.failures[0]?.error)).toMatch(
    /authenticate\.identify gave a principal of the wrong shape/,
  )
})

it.each<[string, () => unknown]>([
  ['rejects', () => Promise.reject(new Error('the session store is down'))],
  [
    'throws',
    () => {
      throw new Error('the session store is down')
    },
  ],
  ['does not answer', () => new Promise(() => {})],
])('answers 503 if the host %s, and never with a challenge', async (_, act) => {
  const { world, running, sessions } = await host({}, { adapterTimeoutMs: 50 })
  sessions.set('maria', act)
  const answer = await post(running, as('maria'))
  expect(said(answer)).toEqual([503, 'UNAVAILABLE', null])
  expect(answer.text).not.toContain('session store')
  expect(world.failures).toMatchObject([{ code: 'UNAVAILABLE' }])
})

it.each<[string, unknown]>([
  ['null', null],
  ['undefined', undefined],
  ['a principal of another workspace', { ...MARIA, workspaceId: 'ws_globex', members: ['mem_lin'] }],
  ['a workspace in other letters', { ...MARIA, workspaceId: 'WS_ACME' }],
  ['one that has ended', { ...MARIA, expiresAt: new Date(Date.now() - 1) }],
])('refuses with one answer: %s', async (_, principal) => {
  const { world, running, sessions } = await host()
  sessions.set('maria', principal)
  expect(said(await post(running, as('maria')))).toEqual(REFUSED)
  expect(said(await post(running, bare))).toEqual(REFUSED)
  expect(world.failures).toEqual([])
  expect(world.adapters.audit.events[0]).toMatchObject({
    type: 'request.refused',
    workspaceId: null,
    credentialId: null,
    claimedWorkspaceId: 'ws_acme',
  })
})

it.each<[string, readonly string[] | 'any', Readonly<Record<string, string>>, string | undefined]>([
  ['its one member', ['mem_maria'], { 'x-allv-user-id': 'mem_maria' }, undefined],
  ['another member', ['mem_maria'], { 'x-allv-user-id': 'mem_omar' }, 'MEMBER_NOT_ALLOWED'],
  ['another address', ['mem_maria'], { 'x-allv-user-email': 'omar@acme.test' }, 'MEMBER_NOT_ALLOWED'],
  ['nobody of several', ['mem_maria', 'mem_omar'], {}, 'MEMBER_REQUIRED'],
  ['one of several', ['mem_maria', 'mem_omar'], { 'x-allv-user-id': 'mem_omar' }, undefined],
  ['nobody of none', [], {}, 'MEMBER_REQUIRED'],
  ['somebody of none', [], { 'x-allv-user-id': 'mem_maria' }, 'MEMBER_NOT_ALLOWED'],
  ['an inactive member', ['mem_ivan'], {}, 'MEMBER_NOT_ALLOWED'],
  ['a member of another workspace', ['mem_lin'], {}, 'MEMBER_NOT_ALLOWED'],
  ['the same with any', 'any', { 'x-allv-user-id': 'mem_lin' }, 'MEMBER_NOT_ALLOWED'],
  ['nobody with any', 'any', {}, 'MEMBER_REQUIRED'],
  ['a member with any', 'any', { 'x-allv-user-id': 'mem_omar' }, undefined],
])('lets a principal act for its members only: %s', async (_, members, headers, code) => {
  const { running, sessions } = await host()
  sessions.set('maria', { ...MARIA, members })
  const { error } = (await post(running, as('maria', { headers }))).json
  expect(error?.data['code']).toBe(code)
  if (code === 'MEMBER_NOT_ALLOWED') expect(error?.message).toMatch(/for whom this credential may act$/)
})

it('grants the scopes of the principal and no others', async () => {
  const { running, sessions } = await host()
  const list = async () =>
    (await post(running, as('maria', { body: rpc('tools/list') }))).json.result.tools.map(
      ({ name }: { name: string }) => name,
    )
  expect(await list()).not.toContain('agent_update_memory')
  sessions.set('maria', { ...MARIA, scopes: ['memory:*'] })
  expect(await list()).toContain('agent_update_memory')
  sessions.set('maria', { ...MARIA, scopes: [] })
  expect(await list()).not.toContain('agent_read_memory')
})

it('asks the host only about requests without a key, whether the key is good or bad', async () => {
  const { running, asked, sessions } = await host()
  sessions.set('maria', { ...MARIA, members: ['mem_omar'] })
  const good = await post(
    running,
    as('maria', { key: 'acmeBound', body: toolCall('deals.add', { a: 1, b: 1 }) }),
  )
  expect(said(good)).toEqual(OK)
  const bad = [401, 'UNAUTHENTICATED', 'Bearer realm="allv", error="invalid_token"']
  expect(said(await post(running, as('maria', { key: 'acmeRevoked' })))).toEqual(bad)
  expect(
    said(await post(running, as('maria', { headers: { authorization: `Bearer ${KEYS.globex}` } }))),
  ).toEqual(bad)
  for (const authorization of ['Basic bWFyaWE6eA==', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(600)}`])
    expect(said(await post(running, as('maria', { headers: { authorization } })))).toEqual(REFUSED)
  expect(asked).toEqual([])
})

it('leaves Authorization to the host that says it is its own, but for keys of the library', async () => {
  const { running, asked, sessions } = await host({ takesAuthorization: true })
  const send = (authorization: string, ask: Ask = {}) =>
    post(running, { ...bare, ...ask, headers: { authorization, ...ask.headers } })
  for (const authorization of ['Bearer eyJ.own.token', 'Basic bWFyaWE6eA==', 'Acme signature']) {
    sessions.set(authorization, MARIA)
    expect(said(await send(authorization))).toEqual(OK)
  }
  expect(said(await send('Bearer unknown'))).toEqual([
    401,
    'UNAUTHENTICATED',
    'Bearer realm="allv", error="invalid_token"',
  ])
  expect(asked.length).toBe(4)
  expect(said(await send('Bearer eyJ.own.token', { key: 'acmeBound' }))).toEqual([
    400,
    'CREDENTIALS_AMBIGUOUS',
    null,
  ])
  expect(said(await send(`Bearer ${generateApiKey({ mode: 'live' }).key}`))).toEqual([
    401,
    'UNAUTHENTICATED',
    'Bearer realm="allv", error="invalid_token"',
  ])
  expect(said(await post(running, { key: 'acmeBound', member: null }))).toEqual(OK)
  expect(asked.length).toBe(4)
})

it('adds the challenges of the host after its own, and not to the refusal of a key', async () => {
  const { running } = await host({ challenges: ['Session realm="acme", login="/sign-in"', 'Negotiate'] })
  const own = 'Session realm="acme", login="/sign-in", Negotiate'
  expect(said(await post(running, as('nobody')))[2]).toBe(`Bearer realm="allv", ${own}`)
  expect(said(await post(running, { key: 'acmeRevoked' }))[2]).toBe(
    'Bearer realm="allv", error="invalid_token"',
  )
})

it.each<[string, unknown, RegExp]>([
  ['a function', () => null, /must be an object with a function identify/],
  ['nothing to ask', {}, /must be an object with a function identify/],
  [
    'an unknown option',
    { challenge: [] },
    /unknown option "authenticate\.challenge"; the options of authenticate/,
  ],
  ['a flag that is none', { takesAuthorization: 'yes' }, /takesAuthorization must be true or false/],
  ['one text', { challenges: 'Session' }, /challenges must be a list of at most 8/],
  ['nine challenges', { challenges: Array(9).fill('Session') }, /at most 8/],
  ['a number', { challenges: [1] }, /write a scheme and its parameters/],
  ['an empty text', { challenges: [''] }, /write a scheme and its parameters/],
  ['a line break', { challenges: ['Session\r\nSet-Cookie: a=b'] }, /write a scheme and its parameters/],
  ['a line break in quotes', { challenges: ['Session realm="a\nb"'] }, /write a scheme and its parameters/],
  ['a line break at the end', { challenges: ['Session\n'] }, /write a scheme and its parameters/],
  ['an open quote', { challenges: ['Session realm="acme'] }, /write a scheme and its parameters/],
  ['two challenges in one', { challenges: ['Session realm="a", Bearer realm="b"'] }, /write a scheme/],
  ['letters beyond ASCII', { challenges: ['Session realm="Zürich"'] }, /write a scheme and its parameters/],
  ['a long one', { challenges: [`Session realm="${'x'.repeat(500)}"`] }, /at most 500 characters/],
  ['the scheme Bearer', { challenges: ['bearer realm="acme"'] }, /must not hold the schemes Bearer and DPoP/],
  ['the scheme DPoP', { challenges: ['DPoP'] }, /must not hold the schemes Bearer and DPoP/],
  ['a scope', { challenges: ['Session scope="all"'] }, /must not hold scope=/],
  ['an error in a text', { challenges: ['Session realm="error=invalid_token"'] }, /must not hold scope=/],
  ['metadata', { challenges: ['Session resource_metadata="https://x.test"'] }, /must not hold scope=/],
])('refuses at start-up: %s', (_, wrong, message) => {
  const authenticate =
    typeof wrong === 'object' && Object.keys(wrong ?? {}).length > 0
      ? { identify: async () => null, ...(wrong as object) }
      : wrong
  const { adapters } = createWorld()
  expect(() => createAllvMcpRouter({ adapters, authenticate } as never)).toThrow(TypeError)
  expect(() => createAllvMcpRouter({ adapters, authenticate } as never)).toThrow(message)
})

it('refuses a page of a foreign origin before it asks about the cookie', async () => {
  const { running, asked } = await host({}, { publicUrl: 'https://agent.acme.test/api' })
  const from = (origin: string, method = 'POST') =>
    post(running, as('maria', { method, headers: { origin } }))
  for (const origin of ['https://evil.test', 'null', 'https://agent.acme.test.evil.test'])
    expect(said(await from(origin))).toEqual([403, 'ORIGIN_NOT_ALLOWED', null])
  expect(asked).toEqual([])
  expect(said(await from('https://agent.acme.test'))).toEqual(OK)
  const preflight = await from('https://agent.acme.test', 'OPTIONS')
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
})

it('does not concern the Agent API', async () => {
  const { world, asked } = await host()
  const api = createAllvAgentApi(world.options)
  const agent = await api.withApiKey({ workspaceId: 'ws_acme', apiKey: KEYS.acmeBound })
  expect(agent.member.id).toBe('mem_maria')
  await expect(api.withApiKey({ workspaceId: 'ws_acme', apiKey: '' })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  expect(asked).toEqual([])
  await api.close()
})

it('hands nothing of the head to an adapter, record, report or answer', async () => {
  const scene = await host()
  scene.sessions.set('secret-cookie', MARIA)
  const answer = await post(
    scene.running,
    as('secret-cookie', { body: toolCall('deals.add', { a: 1, b: 2 }) }),
  )
  await post(scene.running, as('secret-cookie-2'))
  const { audit, runs } = scene.world.adapters
  const kept = JSON.stringify([audit.events, runs.all(), scene.world.executions, answer.text])
  expect(kept).toContain('mem_maria')
  expect(kept).not.toContain('secret-cookie')
})
