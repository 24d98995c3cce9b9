import { type ClientId, clientConfig, type Link } from 'allv-mcp/clients'
import { IDS, SALES, WAYS } from './cases.js'

/** What the program behind a link gets: the name, and what the file would hold. */
const DECODERS: Readonly<Record<string, (link: URL) => { readonly name: unknown; readonly entry: unknown }>> =
  {
    'cursor:': base64Entry,
    'cursor.com': base64Entry,
    'lmstudio:': base64Entry,
    'lmstudio.ai': base64Entry,
    'kiro.dev': jsonEntry,
    'vscode:': wholeObject,
    'vscode-insiders:': wholeObject,
    'insiders.vscode.dev': (link) => {
      const { name, entry } = jsonEntry(link)
      const inputs: unknown = JSON.parse(link.searchParams.get('inputs') ?? '[]')
      return { name, entry: { entry, inputs } }
    },
  }

function base64Entry({ searchParams }: URL) {
  const text = searchParams.get('config') ?? ''
  // A plus sign that is not encoded arrives as a space.
  expect(text).toMatch(/^[A-Za-z0-9+/]+=*$/)
  const config = Buffer.from(text, 'base64').toString()
  return { name: searchParams.get('name'), entry: JSON.parse(config) as unknown }
}

function jsonEntry({ searchParams }: URL) {
  return { name: searchParams.get('name'), entry: JSON.parse(searchParams.get('config') ?? '') as unknown }
}

function wholeObject({ search }: URL) {
  const { name, inputs = [], ...entry } = JSON.parse(decodeURIComponent(search.slice(1)))
  return { name, entry: { entry, inputs } }
}

function decoded({ url, kind }: Link) {
  const link = new URL(url)
  return (DECODERS[kind === 'web' ? link.hostname : link.protocol] as (typeof DECODERS)[string])(link)
}

/** The same, from the file. */
function written(id: ClientId, text: string, name: string): unknown {
  const document = JSON.parse(text)
  if (id === 'vscode') return { entry: document.servers[name], inputs: document.inputs ?? [] }
  return document.mcpServers[name]
}

const linked = IDS.filter((id) => clientConfig(id, SALES).links.length > 0)

it('has links for these clients', () => {
  expect(linked.sort()).toEqual(['cursor', 'kiro', 'lm-studio', 'vscode'])
})

it.each(linked)('links to %s with the same entry as its file, in less than 2,000 characters', (id) => {
  for (const connection of WAYS.values()) {
    for (const name of ['sales', 'a "b" & c=d?#+%', 'Überblick 漢字 🙂']) {
      const url = `${connection.url}?${name}~~~???>>>~~??>>~?>`
      const { links, files } = clientConfig(id, { ...connection, name, url })
      for (const link of links) {
        expect(decoded(link)).toEqual({ name, entry: written(id, files[0]?.text ?? '', name) })
        expect([link.url.length < 2000, /^[!-~]+$/.test(link.url)]).toEqual([true, true])
      }
    }
  }
})
