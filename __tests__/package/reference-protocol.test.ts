import { readFileSync } from 'node:fs'
import { readBrand } from '../../lib/control-plane/runtime/brand.js'
import { runtimeOf } from '../../lib/control-plane/runtime/control-plane.js'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'
import { SUPPORTED_2026 } from '../../lib/mcp/era-2026/envelope.js'
import { findMethod } from '../../lib/mcp/methods/table.js'
import { offerings } from '../support/everything.js'
import { open, post, rpc } from '../support/http.js'
import { codeIn, readPage, rowsOf, sectionsOf } from '../support/reference.js'
import { scenes } from '../support/scene.js'
import { withOAuth } from '../support/with-oauth.js'
import { createWorld } from '../support/world.js'

/** docs/reference/protocol.md and http.md name what is served, the headers and the limits as the code has them. */

const start = scenes()
const protocol = sectionsOf(readPage('protocol.md'))
const http = sectionsOf(readPage('http.md'))
const rowsUnder = (sections: typeof protocol, title: string) =>
  rowsOf(sections.find((section) => section.title === title)?.text ?? '')
const read = (path: string) => readFileSync(path, 'utf8')
const quoted = (text: string) => [...text.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)

it('has every version', () => {
  const list = /const VERSIONS[^=]*= \[([^\]]*)\]/.exec(read('lib/mcp/era-2025/versions.ts'))?.[1] ?? ''
  const versions = ['2025-11-25', ...quoted(list), ...SUPPORTED_2026].sort()
  expect(rowsUnder(protocol, 'Versions').map(([version = '']) => codeIn(version))).toEqual([
    ...new Set(versions),
  ])
})

/** Methods outside of the table of methods, and the eras that have them. */
const OUTSIDE = [
  ['initialize', true, false],
  ['ping', true, false],
  ['server/discover', false, true],
  ['subscriptions/listen', false, true],
] as const

it('has every method, with its eras', () => {
  const names = [...read('lib/mcp/methods/table.ts').matchAll(/^ {2}'([a-z/]+)': \{ run/gm)].map(
    ([, name = '']) => name,
  )
  const runtime = runtimeOf(createWorld({ adapt: offerings }).options)
  const served = names.map((name) => [
    name,
    findMethod(runtime, name, '2025') !== undefined,
    findMethod(runtime, name, '2026') !== undefined,
  ])
  const said = rowsUnder(protocol, 'Methods').map(([name = '', old, modern]) => [
    codeIn(name),
    old === 'yes',
    modern === 'yes',
  ])
  expect(new Map(said.map((row) => [row[0], row]))).toEqual(
    new Map([...OUTSIDE, ...served].map((row) => [row[0], [...row]])),
  )
})

it('names the adapters without which a method is not offered', () => {
  for (const [name = '', , , needs = ''] of rowsUnder(protocol, 'Methods')) {
    const adapters = [...needs.matchAll(/`(\w+)`/g)].map(([, adapter = '']) => adapter)
    if (adapters.length === 0) continue
    const without = { ...createWorld({ adapt: offerings }).options }
    const left = Object.fromEntries(
      Object.entries(without.adapters).filter(([adapter]) => !adapters.includes(adapter)),
    )
    const runtime = runtimeOf({ ...without, adapters: left as never })
    expect([name, findMethod(runtime, codeIn(name), '2026')]).toEqual([name, undefined])
  }
})

it('has every key of _meta', () => {
  expect(rowsUnder(protocol, 'Keys in _meta').map(([key = '']) => codeIn(key))).toEqual(
    Object.values(readBrand(undefined).meta),
  )
})

/** Where each limit stands in the code. */
const LIMITS: readonly (readonly [string, string, string])[] = [
  ['nesting of a body', 'lib/mcp/http/body.ts', 'MAX_DEPTH'],
  ['messages in a batch', 'lib/mcp/jsonrpc/messages.ts', 'MAX_BATCH'],
  ['a request id or a progress token, bytes', 'lib/mcp/jsonrpc/messages.ts', 'MAX_ID_BYTES'],
  ['problems in `INVALID_ARGUMENTS`', 'lib/control-plane/calls/validate.ts', 'MAX_PROBLEMS'],
  ['rounds of questions in one call', 'lib/control-plane/input/request-input.ts', 'MAX_ROUNDS'],
  ['`state` of an `ask`, as JSON', 'lib/control-plane/input/request-state.ts', 'MAX_STATE_LENGTH'],
  [
    'time that a client of 2026 has to answer a question',
    'lib/control-plane/input/request-state.ts',
    'REQUEST_STATE_TTL_SECONDS',
  ],
  ['open listen streams of a key and member, on a node', 'lib/mcp/era-2026/listen.ts', 'MAX_STREAMS'],
  ['addresses of a listen filter', 'lib/mcp/era-2026/listen-filter.ts', 'MAX_URIS'],
  ['tasks of a listen filter', 'lib/mcp/era-2026/listen-filter.ts', 'MAX_TASKS'],
  ['values of a completion', 'lib/mcp/methods/completion.ts', 'MAX_VALUES'],
  ['a memory key, characters', 'lib/control-plane/content/memory-key.ts', 'MAX_KEY_LENGTH'],
  ['a memory text, characters', 'lib/adapter-kit/memory-limit.ts', 'MOST_MEMORY_CHARACTERS'],
  [
    'the address of a resource of the host, characters',
    'lib/control-plane/content/resources.ts',
    'MAX_URI_LENGTH',
  ],
  ['parts of a JSON Schema', 'lib/foundation/json-schema/schema-limits.ts', 'MAX_NODES'],
  ['a progress message, characters', 'lib/mcp/jsonrpc/progress.ts', 'MOST_MESSAGE'],
  ['time between two progress notifications', 'lib/mcp/jsonrpc/progress.ts', 'LEAST_INTERVAL_MS'],
  ['a listed tool name, characters', 'lib/mcp/methods/tool-names.ts', 'MAX_LENGTH'],
  ['unread bytes of a listen stream', 'lib/mcp/era-2026/listen-stream.ts', 'MAX_BACKLOG_BYTES'],
  [
    'time that a client of 2026 has to reconnect to a call with an idempotency key',
    'lib/control-plane/calls/reconnect-grace.ts',
    'RECONNECT_GRACE_MS',
  ],
  [
    'time within which a call that supports tasks is answered at once',
    'lib/control-plane/tasks/run-as-task.ts',
    'GRACE_MS',
  ],
  ['how long a task can be polled, at least', 'lib/control-plane/runtime/leases.ts', 'TASK_TTL_MS'],
]

it('has the limits of the code', () => {
  const said = new Map(
    rowsUnder(protocol, 'Limits').map(([what = '', limit = '']) => [
      what,
      Number.parseInt(limit.replaceAll(',', ''), 10),
    ]),
  )
  const held = LIMITS.map(([what, path, name]) => {
    const product = new RegExp(`\\b${name} = ([\\d_ *]+)`).exec(read(path))?.[1] ?? ''
    return [
      what,
      product
        .replaceAll('_', '')
        .split('*')
        .reduce((all, factor) => all * Number(factor), 1),
    ] as const
  })
  expect(said).toEqual(new Map(held))
})

it('names the request headers that a page may send, and the response headers that it may read', async () => {
  const { secret, oauth, publicUrl } = withOAuth({ dpop: 'accept' })
  const { running } = await start({ allowedOrigins: ['https://app.test'], secret, oauth, publicUrl })
  const origin = { origin: 'https://app.test' }
  const preflight = await open(running, { method: 'OPTIONS', key: null, member: null, headers: origin })
  const allowed = preflight.headers.get('access-control-allow-headers')?.split(', ') ?? []
  const named = rowsUnder(http, 'Request headers').map(([name = '']) => codeIn(name))
  expect([...named].sort()).toEqual([...allowed, 'Origin'].sort())
  const exposed = preflight.headers.get('access-control-expose-headers')?.split(', ') ?? []
  const answers = rowsUnder(http, 'Response headers').map(([name = '']) => codeIn(name))
  expect(exposed.filter((name) => !answers.includes(name))).toEqual([])
  expect(
    exposed.filter((name) => !http.find(({ title }) => title === 'CORS')?.text.includes(`\`${name}\``)),
  ).toEqual([])
})

it('names every response header', async () => {
  const { running } = await start({
    allowedOrigins: ['https://app.test'],
    rateLimit: { points: 3, seconds: 60 },
  })
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  const answers = [
    await post(running, { body: rpc('initialize', params), headers: { origin: 'https://app.test' } }),
    await post(running, { key: null }),
    await post(running, { method: 'GET' }),
    await post(running, { headers: { 'content-encoding': 'gzip' } }),
    await post(running, {}),
    await post(running, {}),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 405, 415, 200, 429])
  const names = rowsUnder(http, 'Response headers').map(([name = '']) => codeIn(name).toLowerCase())
  // What Node and Express add.
  const added = ['connection', 'content-length', 'date', 'keep-alive', 'x-powered-by', 'transfer-encoding']
  for (const { headers } of answers)
    for (const name of headers.keys())
      if (!added.includes(name))
        expect(names).toContain(name.startsWith('access-control-') ? 'access-control-*' : name)
})

it('names codes that there are', () => {
  const pages = `${readPage('protocol.md')}${readPage('http.md')}${readPage('adapters.md')}${readPage('options.md')}`
  const named = [...pages.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([])
})
