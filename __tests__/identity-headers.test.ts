import { digestApiKey } from 'allv-mcp'
import { listen, type Running } from './support/http.js'
import { codeOf, type Line, sendLines, USUAL, utf8 } from './support/lines.js'
import { createWorld, KEYS } from './support/world.js'

/** Names, addresses and keys as clients write them into headers: bytes in UTF-8, or in Latin-1, which is all that `fetch` can send. */

const KEY = 'k/ey+with~.-_=!"#$%&\'()*,:;<>?@[\\]^`{|}'
const NAMES = [
  'Müller',
  'città',
  'mem_Š',
  '😠',
  'à',
  'ÿþ',
  'Ã',
  'ñandú',
  '日本',
  'Łódź',
  'e\u0301',
  'mem_\u00a0x',
  'Š à',
] as const
const asked: string[] = []

let running: Running
beforeAll(async () => {
  const world = createWorld({
    rateLimit: false,
    adapt: ({ apiKeys, members }) => ({
      apiKeys: {
        async findByDigest(query) {
          const own = query.digest === digestApiKey(KEY)
          const found = await apiKeys.findByDigest(own ? { digest: digestApiKey(KEYS.acme) } : query)
          return found === null ? null : { ...found, digest: query.digest }
        },
      },
      members: {
        ...members,
        async findById(query) {
          asked.push(query.memberId)
          const known = (NAMES as readonly string[]).includes(query.memberId)
          return known
            ? { id: query.memberId, workspaceId: 'ws_acme', email: 'x@acme.test', active: true }
            : members.findById(query)
        },
        async findByEmail(query) {
          const known = NAMES.some((name) => `${name}@acme.test` === query.email)
          return known
            ? { id: 'mem_by_email', workspaceId: 'ws_acme', email: query.email, active: true }
            : members.findByEmail(query)
        },
      },
    }),
  })
  running = await listen(world)
})
afterAll(() => running.close())

const byId = (value: string): readonly Line[] => [['x-allv-user-id', value]]
const byEmail = (value: string) =>
  sendLines(running, {
    usual: USUAL.filter(([name]) => name !== 'x-allv-user-id'),
    lines: [['x-allv-user-email', value]],
  })

it.each(NAMES)('finds a member by id and by email in UTF-8: %s', async (name) => {
  expect(codeOf(await sendLines(running, { lines: byId(utf8(name)) }))).toEqual([200, null])
  expect(codeOf(await sendLines(running, { lines: byId(` \t${utf8(name)}\t `) }))).toEqual([200, null])
  expect(codeOf(await byEmail(utf8(`${name}@acme.test`)))).toEqual([200, null])
})

it.each(['Müller', 'città', 'à', 'ÿþ', 'Ã', 'ñandú', 'mem_\u00a0x'])(
  'finds a member by id and by email in Latin-1: %s',
  async (name) => {
    expect(codeOf(await sendLines(running, { lines: byId(name) }))).toEqual([200, null])
    expect(codeOf(await byEmail(`${name}@acme.test`))).toEqual([200, null])
    const headers = { 'content-type': 'application/json', 'x-api-key': KEYS.acme, 'x-allv-user-id': name }
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
    expect((await fetch(running.endpoint(), { method: 'POST', headers, body })).status).toBe(200)
  },
)

it('keeps every character of a member that some languages trim', async () => {
  for (const [value, meant] of [
    ['mem_maria\u00a0', 'mem_maria\u00a0'],
    ['\u00a0mem_maria', '\u00a0mem_maria'],
    ['mem_maria\u0085', 'mem_maria\u0085'],
    [utf8('mem_maria\u00a0'), 'mem_maria\u00a0'],
    [utf8('\ufeffmem_maria'), '\ufeffmem_maria'],
    [utf8('mem_maria\u3000'), 'mem_maria\u3000'],
    [utf8('città').slice(0, -1), 'cittÃ'],
    ['Mem_maria', 'Mem_maria'],
    ['mem_maria,mem_maria', 'mem_maria,mem_maria'],
  ] as const) {
    asked.length = 0
    expect([value, codeOf(await sendLines(running, { lines: byId(value) }))]).toEqual([
      value,
      [400, 'MEMBER_NOT_ALLOWED'],
    ])
    expect(asked).toEqual([meant])
  }
})

describe('a key', () => {
  const usual = USUAL.filter(([name]) => name !== 'x-api-key')
  const send = async (...lines: readonly Line[]) => codeOf(await sendLines(running, { usual, lines }))

  it.each([KEY, KEYS.acme])('is the same in both headers, with any visible ASCII: %s', async (key) => {
    expect(await send(['x-api-key', key])).toEqual([200, null])
    expect(await send(['authorization', `Bearer ${key}`])).toEqual([200, null])
    expect(await send(['authorization', `bEARER   ${key} \t`])).toEqual([200, null])
    expect(await send(['x-api-key', `\t${key} `], ['authorization', `Bearer ${key}`])).toEqual([200, null])
  })

  it.each(['\u00a0', utf8('\u00a0'), '\u0085', 'é', utf8('é'), utf8('\ufeff'), ' x', ',', 'x'.repeat(513)])(
    'is refused in both headers with %j after it, alone or beside a valid one',
    async (tail) => {
      const refused = [401, 'UNAUTHENTICATED']
      expect(await send(['x-api-key', KEYS.acme + tail])).toEqual(refused)
      expect(await send(['authorization', `Bearer ${KEYS.acme}${tail}`])).toEqual(refused)
      for (const lines of [
        [
          ['x-api-key', KEYS.acme],
          ['authorization', `Bearer ${KEYS.acme}${tail}`],
        ],
        [
          ['x-api-key', KEYS.acme + tail],
          ['authorization', `Bearer ${KEYS.acme}`],
        ],
      ] as const)
        expect([401, 400]).toContain((await send(...lines))[0])
    },
  )

  it.each([
    `Bearer ${KEYS.acme}, Bearer ${KEYS.acme}`,
    `Bearer ${KEYS.acme}, Bearer ${KEYS.globex}`,
    `Bearer ${KEYS.acme} ${KEYS.acme}`,
    `Bearer${KEYS.acme}`,
    'Bearer',
    KEYS.acme,
    `Basic ${Buffer.from('a:b').toString('base64')}`,
    'Digest username="a"',
    `Token ${KEYS.acme}`,
    ',',
    '\u00a0',
  ])('is refused beside an Authorization without a key: %s', async (authorization) => {
    expect(await send(['x-api-key', KEYS.acme], ['authorization', authorization])).toEqual([
      401,
      'UNAUTHENTICATED',
    ])
    expect(await send(['authorization', authorization])).toEqual([401, 'UNAUTHENTICATED'])
  })

  it('is refused beside another one that a comma joins', async () => {
    for (const other of [`${KEYS.acme},${KEYS.acme}`, `${KEYS.acme},${KEYS.globex}`])
      expect(await send(['x-api-key', KEYS.acme], ['authorization', `Bearer ${other}`])).toEqual([
        400,
        'CREDENTIALS_AMBIGUOUS',
      ])
  })

  it('is accepted beside an empty Authorization', async () => {
    for (const empty of ['', ' ', '\t']) {
      expect(await send(['x-api-key', KEYS.acme], ['authorization', empty])).toEqual([200, null])
      expect(await send(['x-api-key', empty], ['authorization', `Bearer ${KEYS.acme}`])).toEqual([200, null])
    }
  })
})
