import { listen, modern, post, type Running, rpc } from './support/http.js'
import { createWorld, type World } from './support/world.js'

/** An entry has one address. Only percent-encodings that RFC 3986 treats as equal name it too. */

const KEYS_OF_ENTRIES = ['notes (2026)', "it's!*~", 'a/b', 'Łódź', '%41', 'tone', 'x-y_z.w~', '100%']
const BASE = 'allv://workspaces/ws_acme/memory/'
let world: World
let running: Running
beforeAll(async () => {
  world = createWorld({
    rateLimit: false,
    adapt: ({ memory }) => ({
      memory: {
        ...memory,
        async read(context, { key }) {
          const mine = context.workspaceId === 'ws_acme' && KEYS_OF_ENTRIES.includes(key)
          return mine ? { key, text: `text of ${key}`, revision: '1', updatedAt: new Date(0) } : null
        },
        async list() {
          const entries = KEYS_OF_ENTRIES.map((key) => ({ key, revision: '1', updatedAt: new Date(0) }))
          return { entries, nextCursor: null }
        },
      },
    }),
  })
  running = await listen(world)
})
afterAll(() => running.close())

const read = async (uri: string) => {
  const ask = modern('resources/read', { uri })
  const encoded = `=?base64?${Buffer.from(uri).toString('base64')}?=`
  return (await post(running, { ...ask, headers: { ...ask.headers, 'mcp-name': encoded } })).json
}

/** RFC 6570, section 3.2.2: everything but unreserved characters. */
const expanded = (key: string) =>
  encodeURIComponent(key).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
const everyByte = (key: string) =>
  [...Buffer.from(key)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

it.each(KEYS_OF_ENTRIES)('reads an entry by every spelling of its address: %s', async (key) => {
  const canonical = BASE + encodeURIComponent(key)
  for (const uri of [
    canonical,
    BASE + expanded(key),
    BASE + expanded(key).replace(/%[0-9A-F]{2}/g, (encoded) => encoded.toLowerCase()),
    BASE + everyByte(key),
    BASE + everyByte(key).toUpperCase(),
    `allv://workspaces/ws%5facme/mem%6Fry/${expanded(key)}`,
  ]) {
    const { result } = await read(uri)
    expect([uri, result?.contents]).toEqual([
      uri,
      [
        {
          uri: canonical,
          mimeType: 'text/plain',
          text: `text of ${key}`,
          _meta: { 'ai.allv/revision': '1' },
        },
      ],
    ])
  }
})

it('lists the canonical spelling only', async () => {
  const { result } = (await post(running, { body: rpc('resources/list') })).json
  expect(result.resources.map(({ uri }: { uri: string }) => uri)).toEqual(
    KEYS_OF_ENTRIES.map((key) => BASE + encodeURIComponent(key)),
  )
})

it.each([
  `${BASE}a/b`,
  `${BASE}a%252Fb`,
  `${BASE}a%5Cb`,
  `${BASE}%41`,
  `${BASE}%2541%`,
  `${BASE}100%`,
  `${BASE}100%2`,
  `${BASE}%zz`,
  `${BASE}notes%20(2026`,
  `${BASE}notes (2026)`,
  `${BASE}notes+(2026)`,
  `${BASE}Łódź`,
  `${BASE}%C0%AE%C0%AE%2Ftone`,
  `${BASE}%C1%B4one`,
  `${BASE}%E0%81%B4one`,
  `${BASE}%ED%A0%80`,
  `${BASE}%FF`,
  `${BASE}tone%00`,
  `${BASE}%00`,
  `${BASE}%0Atone`,
  `${BASE}../memory/tone`,
  `${BASE}%2e%2e%2Ftone`,
  `${BASE}%2E/tone`,
  `${BASE}.`,
  `${BASE}%2e`,
  `${BASE}tone%2F`,
  `${BASE}%2Ftone`,
  `${BASE}tone?x=1`,
  `${BASE}tone#x`,
  `${BASE}tone%3Fx`,
  `${BASE}`,
  'allv://workspaces/ws_acme%2Fmemory/tone',
  'allv://workspaces/ws_acme/memory%2Ftone',
  'allv://workspaces%2Fws_acme/memory/tone',
  'allv://workspaces/ws_globex/memory/tone',
  'allv://workspaces/ws%5Fglobex/memory/tone',
  'allv://workspaces/ws_globex/%2e%2e/ws_acme/memory/tone',
  'allv://workspaces/ws_globex%2F..%2Fws_acme/memory/tone',
  'allv://workspaces/ws_acme/memory/tone/../tone',
  'allv://workspaces/WS_ACME/memory/tone',
  'allv:%2F%2Fworkspaces/ws_acme/memory/tone',
])('finds nothing by any other form: %s', async (uri) => {
  const { error } = await read(uri)
  expect(error?.data).toMatchObject({ code: 'MEMORY_NOT_FOUND', uri })
})

it('finds nothing when the scheme is encoded', async () => {
  const uri = 'allv%3A//workspaces/ws_acme/memory/tone'
  expect((await read(uri)).error?.data).toMatchObject({ code: 'RESOURCE_NOT_FOUND', uri })
})

describe('completion', () => {
  const complete = async (uri: string) =>
    (
      await post(running, {
        body: rpc('completion/complete', {
          ref: { type: 'ref/resource', uri },
          argument: { name: 'key', value: 'to' },
        }),
      })
    ).json.result.completion

  it.each([
    `${BASE}{key}`,
    'allv://workspaces/ws%5facme/memory/{key}',
    `${BASE}contacts%2F{id}`,
    `${BASE}tone`,
  ])('completes the keys of its own workspace: %s', async (uri) => {
    expect(await complete(uri)).toEqual({ values: ['tone'], hasMore: false })
  })

  it.each([
    'allv://workspaces/ws_globex/memory/{key}',
    'allv://workspaces/ws_globex/../ws_acme/memory/{key}',
    'allv://workspaces/ws_acme%2Fmemory/{key}',
    'allv://workspaces/{workspaceId}/memory/{key}',
    'allv://workspaces/ws_none/memory/{key}',
    'allv://workspaces/ws_acme/notes/{key}',
    'allv:{key}',
    'ALLV://workspaces/ws_globex/memory/{key}',
  ])('completes the template of any other to nothing: %s', async (uri) => {
    expect(await complete(uri)).toEqual({ values: [], hasMore: false })
  })
})
