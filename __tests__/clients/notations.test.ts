import { type ClientId, type Connection, clientConfig } from 'allv-mcp/clients'
import fc from 'fast-check'
import { type ParseError, parse as parseJsonc } from 'jsonc-parser'
import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'
import { IDS } from './cases.js'

/** What the parsers of others read in the files is what went in. */

function parsed(format: string, text: string): unknown {
  if (format === 'toml') return parseToml(text)
  if (format === 'yaml') return [parseYaml(text, { version: '1.1' }), parseYaml(text)]
  if (format === 'json') return JSON.parse(text)
  const errors: ParseError[] = []
  const value: unknown = parseJsonc(text, errors)
  return errors.length === 0 ? value : errors
}

/** All texts of a value, the names of members included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)])
}

const files = IDS.filter((id) => clientConfig(id, { name: 'x', url: 'https://x.example' }).files.length > 0)
const NAMES = [
  'sales',
  'my "sales"',
  "it's",
  'a$b',
  'a{b}',
  `\${HOME}`,
  'a: b # c',
  'yes',
  '1.5',
  'ÜÄ漢字🙂',
  '\\',
  '=[x]',
  '&a *b',
  '~',
]
const URLS = [
  'https://app.example/a b/"c"/mcp',
  "https://app.example/it's?x=$y&z={w}#f",
  'https://app.example/ü/漢字/🙂?a=%20b',
  'http://127.0.0.1:3000/\\/mcp',
]

/** A name that the client does not allow is changed, and the warning says into what. */
function nameThere(id: ClientId, connection: Connection): string {
  const changed = /the server is called (\S+) there\.$/
  return (
    clientConfig(id, connection)
      .warnings.map((warning) => changed.exec(warning)?.[1])
      .find((name) => name !== undefined) ?? connection.name
  )
}

it.each(files)('writes names and URLs of every kind for %s so that a parser reads them again', (id) => {
  for (const name of NAMES) {
    for (const url of URLS) {
      const connection: Connection = { name, url, member: { email: 'o\'hara+"x"@acme.test' } }
      for (const { format, text } of clientConfig(id, connection).files) {
        const texts = textsIn(parsed(format, text))
        expect(texts).toEqual(expect.arrayContaining([nameThere(id, connection), url]))
        expect(texts.join('\n')).toContain('o\'hara+"x"@acme.test')
      }
    }
  }
})

const writable = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter(
    (text) =>
      !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text) &&
      text.trim() === text &&
      !text.startsWith('-') &&
      text !== '__proto__',
  )

it.each(['codex', 'goose', 'continue', 'cursor', 'zed'] as const)('writes any text for %s', (id) => {
  fc.assert(
    fc.property(writable, writable, (name, path) => {
      const connection: Connection = { name, url: `https://app.example/${path}`, boundKey: true }
      const [file] = clientConfig(id, connection).files
      const texts = textsIn(parsed(file?.format ?? '', file?.text ?? ''))
      expect(texts).toEqual(expect.arrayContaining([nameThere(id, connection), connection.url]))
    }),
  )
})

it.each(files)('writes any name of a header for %s', (id) => {
  const headerPrefix = "x'!#$%&*+.^_`|~-"
  const config = clientConfig(id, { name: 'x', url: 'https://x.example', member: { id: 'm' }, headerPrefix })
  for (const { format, text } of config.files)
    expect(textsIn(parsed(format, text)).join('\n')).toContain(`${headerPrefix}user-id`)
})

it('says which names a client changes, and into what', () => {
  const changed = IDS.map((id) => [id, nameThere(id, { name: 'my_sales & more', url: 'https://x.example' })])
  expect(changed.filter(([, name]) => name !== 'my_sales & more')).toEqual(
    expect.arrayContaining([
      ['claude-code', 'my_sales-more'],
      ['codex', 'my_sales-more'],
      ['copilot-cli', 'my_sales-more'],
      ['droid', 'my_sales-more'],
      ['gemini-cli', 'my-sales-more'],
      ['qwen-code', 'my-sales-more'],
    ]),
  )
})

it('warns where a client would replace parts of a text', () => {
  const warned = (id: ClientId, url: string) =>
    clientConfig(id, { name: 'x', url, boundKey: true }).warnings.some((warning) =>
      warning.includes('replaces parts'),
    )
  expect(IDS.filter((id) => warned(id, `https://x.example/\${HOME}`)).sort()).toEqual(
    [
      'claude-code',
      'copilot-cli',
      'cursor',
      'droid',
      'gemini-cli',
      'goose',
      'kiro',
      'qwen-code',
      'vscode',
      'windsurf',
    ].sort(),
  )
  expect(IDS.filter((id) => warned(id, 'https://x.example/{env:HOME}'))).toEqual(['opencode'])
  expect(IDS.filter((id) => warned(id, 'https://x.example/{workspaceId}'))).toEqual([])
})
