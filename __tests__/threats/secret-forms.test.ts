import { ask, createAllvAgentApi, createInProcessEvents, defineTool, type InputRequest } from 'allv-mcp'
import { z } from 'zod'
import { assertNoSecretFields } from '../../lib/control-plane/input/form-fields.js'
import { modern, post, rpc, toolCall } from '../support/http.js'
import { scenes } from '../support/scene.js'
import { createWorld, KEYS } from '../support/world.js'

/** T10 of the security checklist: no form asks for a password, a key, a token or a card. */

const start = scenes()
const field = (name: string, schema: object = {}) =>
  form({ properties: { [name]: { type: 'string', ...schema } } })
const form = (requestedSchema: object, mode?: string): InputRequest => ({
  method: 'elicitation/create',
  params: JSON.parse(JSON.stringify({ message: 'Fill this in', requestedSchema, mode })),
})

const secrets = [
  ...[
    'password',
    'Password',
    'userPassword',
    'user_password',
    'user-password',
    'PASSWORD_2',
    'newPasswords',
    'pwd',
  ],
  ...[
    'passphrase',
    'passcode',
    'secret',
    'clientSecret',
    'client_secrets',
    'credentials',
    'pin',
    'cardPin',
    'otp',
  ],
  ...[
    'apiKey',
    'api_key',
    'API key',
    'APIKey',
    'apikey',
    'x-api-key',
    'accessKeyId',
    'private_key',
    'sshKey',
  ],
  ...[
    'token',
    'tokens',
    'accessToken',
    'access-token',
    'refresh_token',
    'bearerToken',
    'authToken',
    'sessionToken',
  ],
  ...['card', 'cardNumber', 'card_number', 'creditCard', 'credit_card_no', 'debitcard', 'cvv', 'cvc', 'CVC2'],
  ...['ｐａｓｓｗｏｒｄ', 'oneTimeCode', 'recovery phrase', 'securityCode'],
]
const harmless = [
  ...[
    'color',
    'key',
    'memoryKey',
    'keyword',
    'keywords',
    'primaryKeyColumn',
    'monkey',
    'tokenCount',
    'maxTokens',
  ],
  ...[
    'cardTitle',
    'cardinality',
    'discard',
    'postcard',
    'pinned',
    'opinion',
    'shipping',
    'secretary',
    'passenger',
  ],
  ...[
    'passport',
    'compass',
    'authorName',
    'decision',
    'code',
    'validKey',
    'validCode',
    'accountCode',
    'candidateKey',
    'countryCode',
    'zipCode',
    'email',
    'a',
    '',
  ],
]

it.each(secrets)('refuses a form with a field %p, by its name and by its title', (name) => {
  expect(() => assertNoSecretFields(field(name))).toThrow(TypeError)
  expect(() => assertNoSecretFields(field(name))).toThrow(JSON.stringify(name))
  expect(() => assertNoSecretFields(field('x', { title: name }))).toThrow(/must not ask for "x"/)
})

it.each(harmless)('accepts a form with a field %p', (name) => {
  assertNoSecretFields(field(name))
  assertNoSecretFields(field('x', { title: name }))
})

const hidden: readonly (readonly [string, InputRequest])[] = [
  ['by its format', field('x', { format: 'password' })],
  ['by writeOnly', field('x', { writeOnly: true })],
  ['behind another field', form({ properties: { a: { type: 'string' }, password: { type: 'string' } } })],
  [
    'within an object',
    form({ properties: { a: { type: 'object', properties: { pin: { type: 'string' } } } } }),
  ],
  ['within a list', form({ properties: { a: { type: 'array', items: { properties: { pin: {} } } } } })],
  ['in one of several', form({ anyOf: [{ properties: { a: {} } }, { properties: { pin: {} } }] })],
  ['in a form that says its mode', form({ properties: { pin: {} } }, 'form')],
]

it.each(hidden)('finds a secret %s', (_, request) => {
  expect(() => assertNoSecretFields(request)).toThrow(TypeError)
})

it('ignores values that are no form', () => {
  assertNoSecretFields({
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Password', url: 'https://a.test' },
  })
  assertNoSecretFields({
    method: 'sampling/createMessage',
    params: { requestedSchema: { properties: { pin: {} } } },
  })
  assertNoSecretFields({ method: 'roots/list', params: {} })
  assertNoSecretFields({ method: 'elicitation/create', params: { message: 'What is your password?' } })
})

describe('a host that asks for a password', () => {
  const asking = () => ask({ inputRequests: { fine: field('color'), login: field('password') } })
  const asks = defineTool({
    name: 'asks.password',
    description: 'Asks what it must not.',
    input: z.object({}),
    taskSupport: 'optional',
    run: () => asking(),
  })
  const FORM = { elicitation: { form: {} } }
  const TASKS = { ...FORM, extensions: { 'io.modelcontextprotocol/tasks': {} } }
  const open = () =>
    start({
      tools: [asks],
      adapt: () => ({
        events: createInProcessEvents(),
        prompts: { list: async () => [{ name: 'p' }], get: async () => asking() },
        resources: { list: async () => [], read: async () => asking() },
      }),
    })

  it.each([
    ['a tool in 2026', modern('tools/call', { name: 'asks.password', arguments: {} }, FORM)],
    [
      'a tool in 2026 that may be a task',
      modern('tools/call', { name: 'asks.password', arguments: {} }, TASKS),
    ],
    ['a tool for a client that cannot be asked', { body: toolCall('asks.password') }],
    ['a prompt', modern('prompts/get', { name: 'p' }, FORM)],
    ['a resource', modern('resources/read', { uri: 'crm://1' }, FORM)],
  ])('gets an error in onError, and the client is shown nothing: %s', async (_, request) => {
    const { world, running } = await open()
    const answer = await post(running, request)
    expect(answer.json.error?.code ?? answer.json.result?._meta?.['ai.allv/code']).toBe(-32603)
    expect(answer.text).not.toMatch(/password/i)
    expect(world.failures.length).toBeGreaterThan(0)
    for (const { error } of world.failures)
      expect([error instanceof TypeError, String(error)]).toEqual([
        true,
        expect.stringContaining('"password"'),
      ])
  })

  it('gets an error in onError within a call of 2025 too', async () => {
    const { world, running } = await open()
    const capabilities = { elicitation: {} }
    const opened = await post(running, {
      body: rpc('initialize', {
        protocolVersion: '2025-11-25',
        capabilities,
        clientInfo: { name: 'c', version: '1' },
      }),
    })
    const headers = {
      'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
      'mcp-protocol-version': '2025-11-25',
    }
    const answer = await post(running, { body: toolCall('asks.password'), headers })
    expect(answer.messages.map(({ method }) => method)).not.toContain('elicitation/create')
    expect(answer.json.error?.code).toBe(-32603)
    expect(world.failures).toMatchObject([{ error: expect.any(TypeError) }])
  })

  it('gets an error in onError when it asks through the Agent API', async () => {
    const world = createWorld({ tools: [asks] })
    const agent = await createAllvAgentApi(world.options).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acmeBound,
    })
    let asked = 0
    const onInput = async () => {
      asked += 1
      return null
    }
    await expect(agent.callTool('asks.password', {}, { onInput })).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(asked).toBe(0)
    expect(world.adapters.runs.all()).toMatchObject([{ status: 'failed', errorCode: 'INTERNAL' }])
  })
})
