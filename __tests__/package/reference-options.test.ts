import { readFileSync } from 'node:fs'
import { createAllvAgentApi, createControlPlane, createToolProvider, defineTool } from 'allv-mcp'
import { createPostgresAdapters, createPostgresEvents, createPostgresRateLimiter } from 'allv-mcp/postgres'
import { createRedisEvents } from 'allv-mcp/redis'
import { readOptions } from '../../lib/control-plane/runtime/options.js'
import { codeIn, membersOf, readPage, rowsOf, type Section, sectionsOf } from '../support/reference.js'
import { withOAuth } from '../support/with-oauth.js'
import { createWorld } from '../support/world.js'

/** docs/reference/options.md has the names, the defaults, the bounds and the errors of the code. */

const page = readPage('options.md')
const sections = sectionsOf(page)
const onOneLine = page.replaceAll(/\s+/g, ' ')
const { adapters } = createWorld()
const config: Readonly<Record<string, unknown>> = { ...readOptions({ adapters }) }

/** The list after "the options are" of the error for an unknown option. */
function optionsOf(act: () => unknown): readonly string[] {
  return (/the options (?:of brand )?are (.*)$/.exec(errorOf(act))?.[1] ?? '').split(', ')
}

function errorOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError: ${error}`
  }
  return 'nothing was thrown'
}

const never = (value: unknown) => value as never
const plane = (options: object) => () => createControlPlane(never({ adapters, ...options }))

const first = sections.findIndex(({ title }) => title === 'The control plane')
const last = sections.findIndex(({ title }) => title === 'Options of brand')
const entries = sections.slice(first + 1, last)
const namesIn = (title: string) =>
  rowsOf(sections.find((section) => section.title === title)?.text ?? '').map(([name = '']) => codeIn(name))

const fact = ({ text }: Section, name: string) =>
  new RegExp(`^- \\*\\*${name}:\\*\\* ((?:.|\\n(?!- |\\n))*)`, 'm').exec(text)?.[1]?.replaceAll(/\s+/g, ' ')

it('has an entry for each option of the control plane, in the order of the code', () => {
  const names = optionsOf(plane({ nothing: 1 }))
  expect(names.length).toBeGreaterThan(20)
  expect(entries.map(({ title }) => title)).toEqual(names)
  for (const { text } of entries) expect(text).toMatch(/\n\n\w/)
})

/** What the page says in words, and what the configuration then holds. */
const IN_WORDS = new Map<string, unknown>([
  ['none, required', adapters],
  ['none', null],
  ['a random one for each process', []],
  ["the library's names", undefined],
  ['the name and version of the package', { name: 'allv-mcp', version: expect.any(String) }],
  ['`{ points: 600, seconds: 60 }`', { points: 600, seconds: 60 }],
  ['one line on standard error for each failure', expect.any(Function)],
])

/** The names in the configuration that differ from the option. */
const HELD_AS = new Map([['secret', 'secrets']])

it.each(entries.map((entry) => [entry.title, entry] as const))('gives the default of %s', (name, entry) => {
  const said = fact(entry, 'Default') ?? ''
  const held = config[HELD_AS.get(name) ?? name]
  if (name === 'adapters' || name === 'brand') return expect(IN_WORDS.has(said)).toBe(true)
  if (IN_WORDS.has(said)) return expect(held).toEqual(IN_WORDS.get(said))
  const literal = codeIn(said)
  if (held instanceof Set) return expect([JSON.stringify([...held])]).toEqual([literal])
  expect(String(held)).toBe(literal)
})

const numbers = entries.filter((entry) => fact(entry, 'Type')?.startsWith('`number`'))

it('covers the options that are numbers', () => expect(numbers.length).toBe(12))

it.each(numbers.map((entry) => [entry.title, entry] as const))('gives the bounds of %s', (name, entry) => {
  const [, least = '', most = ''] = /^(\d+) to (\d+)$/.exec(fact(entry, 'Bounds') ?? '') ?? []
  for (const value of [Number(least), Number(most)]) expect(plane({ [name]: value })).not.toThrow()
  const outside = [Number(least) - 1, ...(Number(most) < Number.MAX_SAFE_INTEGER ? [Number(most) + 1] : [])]
  for (const value of [...outside, 1.5, '5', Number.NaN])
    expect(`\`${errorOf(plane({ [name]: value }))}\``).toBe(fact(entry, 'Error'))
})

const WRONG: Readonly<Record<string, unknown>> = {
  adapters: undefined,
  publicUrl: '/api',
  secret: 'short',
  allowedOrigins: ['https://app.example.com/'],
  featureFlag: '',
  brand: 'acme',
  toolNames: 'short',
  serverInfo: 'acme',
  instructions: '',
  rateLimit: { max: 5 },
  oauth: 'https://id.example.com',
  authenticate: () => null,
  onError: 'log',
}

it('gives the error of each other option', () => {
  const others = entries.filter((entry) => !numbers.includes(entry))
  expect(others.map(({ title }) => title)).toEqual(Object.keys(WRONG))
  for (const entry of others)
    expect(`\`${errorOf(plane({ [entry.title]: WRONG[entry.title] }))}\``).toBe(fact(entry, 'Error'))
})

it('has the names, the defaults and the errors of brand', () => {
  const rows = rowsOf(sections[last]?.text ?? '')
  expect(rows.map(([name = '']) => codeIn(name))).toEqual(optionsOf(plane({ brand: { nothing: 1 } })))
  const { brand } = readOptions({ adapters })
  const defaults = [brand.realm, brand.headerPrefix, brand.meta.code.replace(/code$/, ''), brand.memoryScheme]
  expect(rows.map(([, value = '']) => codeIn(value))).toEqual(defaults)
  for (const [name = '', , , , error = ''] of rows)
    expect(`\`${errorOf(plane({ brand: { [codeIn(name)]: '' } }))}\``).toBe(error)
})

const OAUTH_TYPES = 'lib/oauth/options/oauth-options.ts'
const oauthRows = rowsOf(sections.find(({ title }) => title === 'Options of oauth')?.text ?? '')
const withOption = (name: string, value: unknown) => plane(withOAuth({ [name]: value }))

it('has the names, the defaults and the errors of oauth', () => {
  const [, names = ''] = /its options are (.*)$/.exec(errorOf(withOption('nothing', 1))) ?? []
  expect(oauthRows.map(([name = '']) => codeIn(name))).toEqual(names.split(', '))
  const members = membersOf(OAUTH_TYPES, 'OAuthOptions')
  const required = oauthRows.filter(([, value]) => value === 'required').map(([name = '']) => codeIn(name))
  expect(required).toEqual(members.filter(({ optional }) => !optional).map(({ name }) => name))
  const held: Readonly<Record<string, unknown>> = { ...readOptions({ adapters, ...withOAuth() }).oauth }
  for (const [cell = '', value = '', , , error = ''] of oauthRows) {
    const name = codeIn(cell)
    if (/^`[^ ]+`$/.test(value)) expect([name, String(held[name])]).toEqual([name, codeIn(value)])
    if (value === 'none') expect([name, held[name]]).toEqual([name, null])
    expect(`\`${errorOf(withOption(name, name === 'scopes' ? [] : 0.5))}\``).toBe(error)
  }
})

it('has the bounds of oauth', () => {
  const bounded = oauthRows.filter(([, , bounds]) => bounds !== '')
  expect(bounded).toHaveLength(4)
  for (const [cell = '', , bounds = '', , error = ''] of bounded) {
    const [least = Number.NaN, most = Number.NaN] = bounds.split(' to ').map(Number)
    for (const value of [least, most]) expect(withOption(codeIn(cell), value)).not.toThrow()
    for (const value of [least - 1, most + 1, '5', Number.NaN])
      expect(`\`${errorOf(withOption(codeIn(cell), value))}\``).toBe(error)
  }
})

it('has the members of an issuer, of introspection and of a scope', () => {
  const names = (type: string) => membersOf(OAUTH_TYPES, type).map(({ name }) => name)
  expect(namesIn('An issuer')).toEqual([...names('OAuthIssuer'), ...names('Introspection')])
  expect(namesIn('A scope of tokens')).toEqual(names('TokenScope'))
})

it('has the options of the Agent API, with their errors', async () => {
  const agents = createAllvAgentApi({ adapters, ...withOAuth() })
  const given = {
    workspaceId: 'ws_acme',
    apiKey: 'k',
    accessToken: 't',
    memberId: 'mem_maria',
    via: 'test',
  }
  for (const [method, own] of [
    ['withApiKey', ['workspaceId', 'apiKey', 'member']],
    ['withAccessToken', ['workspaceId', 'accessToken']],
    ['asMember', ['workspaceId', 'memberId', 'via', 'scopes']],
  ] as const) {
    const call = (request: object) => agents[method](never(request)).catch(({ message }) => String(message))
    const rows = rowsOf(sections.find(({ title }) => title === method)?.text ?? '')
    expect(rows.map(([name = '']) => codeIn(name))).toEqual(own)
    expect(await call({ nothing: 1 })).toContain(`the options are ${own.join(', ')}`)
    const fitting = Object.fromEntries(
      Object.entries(given).filter(([name]) => own.some((one) => one === name)),
    )
    for (const [name = '', , , error = ''] of rows)
      if (error !== '') expect(`\`${await call({ ...fitting, [codeIn(name)]: 5 })}\``).toBe(error)
  }
  const names = membersOf('lib/agent/agent.ts', 'CallOptions').map(({ name }) => name)
  expect(namesIn('callTool')).toEqual(names)
})

it('has the options of tools and of tool providers', () => {
  const tool = { name: 'deals.create', description: 'x', input: { type: 'object' }, run: () => 'x' }
  expect(namesIn('defineTool')).toEqual(optionsOf(() => defineTool(never({ ...tool, nothing: 1 }))))
  expect(namesIn('createToolProvider')).toEqual(
    optionsOf(() => createToolProvider([], never({ nothing: 1 }))),
  )
  expect(onOneLine).toContain(errorOf(() => defineTool(never({ ...tool, timeoutMs: 0 }))))
})

/** Heading, the interface of its options, and the source that has the defaults. */
const STORES = [
  ['createPostgresEvents', 'PostgresEventsOptions', 'lib/postgres/events/events.ts', ['pool', 'schema']],
  [
    'createPostgresRateLimiter',
    'PostgresRateLimiterOptions',
    'lib/postgres/rate-limiter.ts',
    ['pool', 'schema'],
  ],
  ['prune', 'PruneOptions', 'lib/postgres/prune.ts', ['pool', 'schema']],
  ['migrate', 'DatabaseOptions', 'lib/postgres/database/database.ts', []],
  ['createRedisEvents', 'RedisEventsOptions', 'lib/redis/events.ts', []],
  ['createRedisRateLimiter', 'RedisRateLimiterOptions', 'lib/redis/rate-limiter.ts', []],
  ['createInMemoryAdapters', 'InMemorySeed', 'lib/testing/in-memory/adapters.ts', []],
] as const

it.each(STORES)('has the options of %s', (title, type, source, inherited) => {
  const members = membersOf(source, type)
  expect(members.length).toBeGreaterThan(0)
  expect([...namesIn(title)].sort()).toEqual([...inherited, ...members.map(({ name }) => name)].sort())
  const rows = rowsOf(sections.find((section) => section.title === title)?.text ?? '')
  const required = members.filter(({ optional }) => !optional).map(({ name }) => name)
  const said = rows.filter(([, value]) => value === 'required').map(([name = '']) => codeIn(name))
  expect(said.filter((name) => !inherited.some((one) => one === name)).sort()).toEqual(required.sort())
})

it('has the options of createPostgresAdapters', () => {
  const names = optionsOf(() => createPostgresAdapters(never({ pool: {}, nothing: 1 })))
  expect(namesIn('createPostgresAdapters')).toEqual(names)
})

it('gives the defaults of the stores as their sources have them', () => {
  const from = sections.findIndex(({ title }) => title === 'PostgreSQL')
  const sources = [
    'lib/postgres/adapters.ts',
    'lib/postgres/database/database.ts',
    ...STORES.map(([, , path]) => path),
  ]
  const code = sources.map((path) => readFileSync(path, 'utf8').replaceAll(/(\d)_(\d)/g, '$1$2')).join('\n')
  const literals = sections.slice(from).flatMap(({ text }) =>
    rowsOf(text).flatMap(([name = '', value = '']) => {
      const literal = /^`([^`]+)`$/.exec(value)?.[1]
      return literal === undefined || literal === 'pool' ? [] : [[codeIn(name), literal]]
    }),
  )
  expect(literals.length).toBeGreaterThan(6)
  for (const [name, literal = ''] of literals) {
    const written = /^(true|false|\d+)$/.test(literal) ? literal : `'${literal}'`
    expect(code).toMatch(new RegExp(`\\b${name} = ${written.replaceAll('-', '\\-')}`))
  }
})

it('quotes the errors of the stores as they are', () => {
  const one = { query: async () => ({ rows: [] }), connect: async () => {}, options: { max: 1 } }
  const embedded = { query: async () => ({ rows: [] }) }
  for (const act of [
    () => createPostgresAdapters(never({ pool: 5 })),
    () => createPostgresEvents(never({ pool: one })),
    () => createPostgresRateLimiter(never({ pool: embedded, points: 1, seconds: 1 })),
    () => createRedisEvents(never({})),
  ])
    expect(onOneLine).toContain(errorOf(act))
})
