import { CLIENTS, type ClientConfig, type Connection, clientConfig } from 'allv-mcp/clients'
import fc from 'fast-check'
import { IDS, SALES, SYSTEMS } from './cases.js'

const KEY = 'sk_live_4f9a27c1d8'

const connections: fc.Arbitrary<Connection> = fc.record({
  name: fc.constantFrom('sales', 'my sales', 'a"b', 'Überblick'),
  url: fc.constantFrom(SALES.url, 'http://10.0.0.1/mcp', 'https://app.example/{x}/mcp?a=$b'),
  auth: fc.constantFrom('key' as const, 'oauth' as const),
  boundKey: fc.boolean(),
  member: fc.constantFrom({ email: 'maria@acme.test' }, { id: 'mem_1' }),
  os: fc.constantFrom(...SYSTEMS),
  revealKey: fc.constant(KEY),
})

/** Also within links, whose parts are encoded. */
function isIn(value: unknown): boolean {
  const text = JSON.stringify(value)
  const decoded = [...text.matchAll(/(?:config|inputs)=([^&"]+)/g)].flatMap(([, part = '']) => {
    const plain = decodeURIComponent(part)
    return [plain, Buffer.from(plain, 'base64').toString()]
  })
  return [text, decodeURIComponent(text.replaceAll(/%(?![0-9A-F]{2})/g, '%25')), ...decoded].some((form) =>
    form.includes(KEY),
  )
}

const mayHold = ({ client }: ClientConfig, { auth }: Connection) =>
  auth === 'key' && (client.secret === 'literal' || (client.secret === 'stored' && client.keys !== 'none'))

it.each(IDS)('writes the key of %s nowhere but into a file or form that takes nothing else', (id) => {
  fc.assert(
    fc.property(connections, (connection) => {
      const { files, form, ...others } = clientConfig(id, connection)
      const config = { files, form, ...others }
      expect(isIn(others)).toBe(false)
      expect(isIn([files, form])).toBe(mayHold(config, connection))
    }),
  )
})

it.each(IDS)('writes a placeholder for %s, and names it, if the key is not given', (id) => {
  const config = clientConfig(id, { ...SALES, boundKey: true })
  const holds = mayHold(config, SALES)
  expect(JSON.stringify([config.files, config.form]).includes('YOUR_ALLV_KEY')).toBe(
    mayHold(config, { ...SALES, auth: 'key' }),
  )
  expect(holds).toBe(false)
  expect(config.placeholders.map(({ text }) => text)).toEqual(
    mayHold(config, { ...SALES, auth: 'key' }) ? ['YOUR_ALLV_KEY'] : [],
  )
})

it('contains clients of each kind', () => {
  expect([...new Set(CLIENTS.map(({ secret }) => secret))].sort()).toEqual([
    'literal',
    'prompt',
    'stored',
    'variable',
  ])
})

it.each(IDS)('asks %s for no key with OAuth', (id) => {
  const config = clientConfig(id, { ...SALES, auth: 'oauth', revealKey: KEY })
  expect([config.placeholders, config.before.filter((step) => step.includes('ALLV_API_KEY'))]).toEqual([
    [],
    [],
  ])
  expect(JSON.stringify([config.files, config.form, config.links, config.commands])).not.toMatch(
    /Authorization|Bearer|ALLV|x-allv/,
  )
})
