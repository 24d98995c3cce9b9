import {
  AllvError,
  createAllvAgentApi,
  createAllvMcpRouter,
  createControlPlane,
  createToolProvider,
  defineTool,
  digestApiKey,
  generateApiKey,
  isAllvError,
  isWellFormedApiKey,
} from 'allv-mcp'
import { z } from 'zod'
import { createWorld } from './support/world.js'

const { adapters } = createWorld()

const bad: readonly [string, object, RegExp][] = [
  ['an unknown option', { adapters, timeout: 5 }, /unknown option "timeout"; the options are adapters,/],
  ['no adapters', {}, /adapters is missing/],
  ['a missing adapter', { adapters: { ...adapters, members: undefined } }, /adapter "members" is missing/],
  ['an unknown adapter', { adapters: { ...adapters, memroy: {} } }, /unknown adapter "memroy"/],
  [
    'a missing method',
    { adapters: { ...adapters, approvals: { ...adapters.approvals, consume: undefined } } },
    /"approvals" needs a method consume\(\)/,
  ],
  [
    'an optional method that is none',
    { adapters: { ...adapters, memory: { ...adapters.memory, update: 'yes' } } },
    /"memory" needs a method update\(\)/,
  ],
  ['a relative publicUrl', { adapters, publicUrl: '/api' }, /publicUrl must be an absolute/],
  ['a publicUrl with a query', { adapters, publicUrl: 'https://x.test/?a=1' }, /publicUrl/],
  ['a short secret', { adapters, secret: 'short' }, /secret must be a string of at least 32/],
  ['an empty list of secrets', { adapters, secret: [] }, /secret/],
  ['an origin with a path', { adapters, allowedOrigins: ['https://x.test/app'] }, /without path or wildcard/],
  ['a wildcard origin', { adapters, allowedOrigins: ['*'] }, /without path or wildcard/],
  ['a fractional limit', { adapters, bodyLimitBytes: 1.5 }, /bodyLimitBytes must be a whole number/],
  ['a page of nothing', { adapters, pageSize: 0 }, /pageSize must be a whole number from 1/],
  ['a timeout that setTimeout cannot keep', { adapters, toolTimeoutMs: 2 ** 31 }, /toolTimeoutMs/],
  ['a negative hold', { adapters, approvalHoldMs: -1 }, /approvalHoldMs/],
  ['a rate limit of another shape', { adapters, rateLimit: { max: 5 } }, /rateLimit must be false/],
  ['a rate limit of true', { adapters, rateLimit: true }, /rateLimit must be false/],
  ['an unknown naming', { adapters, toolNames: 'short' }, /toolNames must be/],
  ['an empty flag', { adapters, featureFlag: '' }, /featureFlag/],
  ['an onError that is none', { adapters, onError: 'log' }, /onError must be a function/],
]

it.each(bad)('throws at start-up for %s, and says what to change', (_, options, message) => {
  for (const create of [createAllvMcpRouter, createAllvAgentApi, createControlPlane]) {
    expect(() => create(options as never)).toThrow(TypeError)
    expect(() => create(options as never)).toThrow(message)
  }
})

it.each([
  'https://app.test',
  'http://localhost:5173',
  'http://[::1]:8080',
  'https://xn--mller-kva.test',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://5b7f3a60-6f3a-4a0c-9d1e-0b6a4f0c2d11',
  'safari-web-extension://E4A1C0DE-0000-4000-8000-0123456789AB',
  'vscode-file://vscode-app',
  'vscode-webview://0f1e2d3c',
  'app://localhost',
  'app://obsidian.md',
  'app://-',
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'tauri://localhost:1430',
  'file://',
  'null',
])('accepts an allowed origin as browsers and shells send it: %s', (origin) => {
  expect(() => createAllvMcpRouter({ adapters, allowedOrigins: [origin] })).not.toThrow()
})

it.each([
  'https://*.app.test',
  'https://*',
  '*',
  'chrome-extension://*',
  'app://*.localhost',
  'https://app.test/',
  'https://app.test/path',
  'app://localhost/',
  'chrome-extension://abc/popup.html',
  'https://App.test',
  'HTTPS://app.test',
  'chrome-extension://ABC',
  'moz-extension://5B7F',
  'App://localhost',
  'https://user@app.test',
  'app://user@localhost',
  'https://app.test:443',
  'http://app.test:80',
  'https://müller.test',
  'https://app.test?x',
  'app://localhost#x',
  'chrome-extension://',
  'chrome-extension:abc',
  'app.test',
  'localhost:3000',
  'file:///index.html',
  'data:text/html,x',
  'blob:https://app.test/1',
  ' https://app.test',
  'https://a.test, https://b.test',
  '',
  'NULL',
  null,
  5,
])('throws at start-up for an origin that no browser sends: %j', (origin) => {
  const options = { adapters, allowedOrigins: [origin] } as never
  expect(() => createAllvMcpRouter(options)).toThrow(TypeError)
  expect(() => createAllvMcpRouter(options)).toThrow(/write each origin as browsers send it.*wildcard/)
})

it('reads no environment variables, and does not change the options', () => {
  const options = Object.freeze({
    adapters: Object.freeze({ ...adapters }),
    allowedOrigins: Object.freeze(['https://x.test']),
  })
  expect(() => createAllvMcpRouter(options)).not.toThrow()
})

it('reports one failure once although onError throws', async () => {
  const world = createWorld({
    onError: () => {
      throw new Error('the reporter is down')
    },
    adapt: () => ({ apiKeys: { findByDigest: async () => Promise.reject(new Error('down')) } }),
  })
  const agent = createAllvAgentApi(world.options)
  await expect(agent.withApiKey({ workspaceId: 'ws_acme', apiKey: 'x' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  })
})

describe('API keys', () => {
  it('are made of 256 random bits, with a checksum that detects a typo', () => {
    const { key, digest, hint } = generateApiKey({ mode: 'test' })
    expect(key).toMatch(/^sk_test_[0-9A-Za-z]{49}$/)
    expect(generateApiKey().key).toMatch(/^sk_live_/)
    expect(digest).toBe(digestApiKey(key))
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(hint).toBe(`sk_test_…${key.slice(-4)}`)
    expect(isWellFormedApiKey(key)).toBe(true)
    for (let i = 0; i < key.length; i += 1) {
      const other = key[i] === 'x' ? 'y' : 'x'
      expect(isWellFormedApiKey(key.slice(0, i) + other + key.slice(i + 1))).toBe(false)
    }
    for (const text of ['', 'sk_live_', `${key}0`, key.slice(0, -1), ` ${key}`])
      expect(isWellFormedApiKey(text)).toBe(false)
    expect(new Set(Array.from({ length: 100 }, () => generateApiKey().key)).size).toBe(100)
  })
})

describe('an AllvError', () => {
  it('is recognized by its code, also from another copy of the package', () => {
    const error = new AllvError('TOOL_NOT_FOUND')
    expect([error.code, error.status, error.message]).toEqual([
      'TOOL_NOT_FOUND',
      404,
      expect.stringContaining('no tool of this name'),
    ])
    expect(isAllvError(error)).toBe(true)
    expect(isAllvError(Object.assign(new Error('x'), { name: 'AllvError', code: 'TOOL_NOT_FOUND' }))).toBe(
      true,
    )
    for (const other of [
      new Error('x'),
      { name: 'AllvError', code: 'TOOL_NOT_FOUND' },
      Object.assign(new Error('x'), { name: 'AllvError', code: 'toString' }),
      null,
    ]) {
      expect(isAllvError(other)).toBe(false)
    }
  })
})

describe('defineTool', () => {
  const base = { name: 'x', description: 'x', input: z.object({ n: z.number() }), run: () => 'ran' }

  it.each([
    ['an unknown option', { ...base, inputs: 1 }, /unknown option "inputs"/],
    ['a name with a space', { ...base, name: 'a b' }, /tool name "a b"/],
    ['no description', { ...base, description: '' }, /needs a description/],
    ['an input that is no object', { ...base, input: z.string() }, /must describe an object/],
    ['a plain schema without type', { ...base, input: {} }, /must describe an object/],
    [
      'a schema that knows no JSON Schema',
      { ...base, input: { '~standard': { version: 1, vendor: 'old', validate: () => ({ value: 1 }) } } },
      /use zod 4.2 or later/,
    ],
  ])('throws for %s', (_, options, message) => {
    expect(() => defineTool(options as never)).toThrow(message)
  })

  it('throws for two tools of one name', () => {
    expect(() => createToolProvider([defineTool(base), defineTool(base)])).toThrow(/two tools are named x/)
  })

  it('gives run the output of the schema, and answers failed refinements as a tool error', async () => {
    const tool = defineTool({
      ...base,
      input: z.object({
        n: z
          .number()
          .transform((n) => n * 2)
          .refine((n) => n < 100, 'too much'),
      }),
      run: ({ n }) => `doubled: ${n satisfies number}`,
    })
    const call = (n: number) => tool.call({} as never, { name: 'x', arguments: { n } } as never)
    expect(await call(4)).toEqual({ content: [{ type: 'text', text: 'doubled: 8' }] })
    expect(await call(400)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('n: too much') }],
    })
  })

  it('denies tools that are not of the provider, and allows the built-in tools', async () => {
    const provider = createToolProvider([defineTool({ ...base, approval: 'member' })])
    const verdict = async (name: string) => (await provider.evaluate({ tool: { name } } as never)).verdict
    expect([await verdict('x'), await verdict('agent.update_memory'), await verdict('other')]).toEqual([
      'member',
      'allow',
      'deny',
    ])
  })
})
