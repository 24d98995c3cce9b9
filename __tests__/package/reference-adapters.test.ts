import { readdirSync, readFileSync } from 'node:fs'
import { createControlPlane } from 'allv-mcp'
import * as testing from 'allv-mcp/testing'
import { compileSnippets } from '../support/compile-snippets.js'
import { codeIn, membersOf, readPage, rowsOf, sectionsOf } from '../support/reference.js'

/** docs/reference/adapters.md has each adapter and each method, with the types of the code. */

const sections = sectionsOf(readPage('adapters.md'))
const readSource = (path: string) => readFileSync(path, 'utf8')

/** The error for an adapter that there is not names all that there are. */
const adapters = (() => {
  try {
    createControlPlane({ adapters: { nothing: {} } as never })
    return []
  } catch (error) {
    return /the adapters are (.*)$/.exec(String(error))?.[1]?.split(', ') ?? []
  }
})()

/** `apiKeys` is described in lib/adapters/api-keys.ts as ApiKeysAdapter. */
const fileOf = (adapter: string) =>
  `${adapter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`
const typeOf = (adapter: string) => `${adapter[0]?.toUpperCase()}${adapter.slice(1)}Adapter`
/** What an adapter has beside methods. */
const FACTS = ['needsApprovals']

const methods = adapters.flatMap((adapter) =>
  membersOf(`lib/adapters/${fileOf(adapter)}`, typeOf(adapter))
    .filter(({ name }) => !FACTS.includes(name))
    .map(({ name, optional }) => ({ adapter, name, needed: optional ? 'optional' : 'required' })),
)
const entries = sections.filter(({ title, level }) => level === 3 && title.includes('.'))

it('has every adapter, and whether it is required', () => {
  expect(adapters.length).toBe(12)
  const headings = sections.filter(({ level }) => level === 2).map(({ title }) => title)
  expect(headings).toEqual([...adapters, 'Contract suites'])
  const table = rowsOf(sections.find(({ title }) => title === 'Adapters')?.text ?? '')
  const needed = new Map(
    membersOf('lib/adapters/adapters.ts', 'Adapters').map((one) => [one.name, one.optional]),
  )
  const expected = adapters.map((name) => [
    `[\`${name}\`](#${name.toLowerCase()})`,
    needed.get(name) ? 'optional' : 'required',
  ])
  expect(table.map((row) => row.slice(0, 2))).toEqual(expected)
  for (const { title, text, level } of sections)
    if (level === 2 && adapters.includes(title))
      expect([title, text.trim().split('.')[0]]).toEqual([title, needed.get(title) ? 'Optional' : 'Required'])
})

it('has every method once, and whether it is required', () => {
  expect(methods.length).toBeGreaterThan(30)
  const found = entries.map(({ title, text }) => [title, / · (required|optional)$/m.exec(text)?.[1]])
  expect(found).toEqual(methods.map(({ adapter, name, needed }) => [`${adapter}.${name}`, needed]))
})

it('says what null means where a method gives null, and gives each a time limit and a promise', () => {
  for (const { title, text } of entries) {
    const [, signature = '', promise = ''] = /^\n+`([^`]+)` · \w+\n\n([^\n-])/.exec(text) ?? []
    expect([title, promise]).not.toEqual([title, ''])
    expect([title, /^- \*\*Time limit:\*\* \S/m.test(text)]).toEqual([title, true])
    if (signature.includes('| null>'))
      expect([title, /^- \*\*`null`:\*\* \S/m.test(text)]).toEqual([title, true])
  }
})

it('has the types of each method', () => {
  const names = readdirSync('lib/adapters').flatMap((file) => exportedFrom(`lib/adapters/${file}`))
  const checks = entries.map(({ title, text }, i) => {
    const [adapter = '', method = ''] = title.split('.')
    const own = `NonNullable<allv.${typeOf(adapter)}['${method}']>`
    return [
      `// ${title}`,
      `type Said${i} = ${codeIn(text)}`,
      `export const a${i} = (said: Said${i}): ${own} => said`,
      `export const b${i} = (own: ${own}): Said${i} => own`,
    ].join('\n')
  })
  const used = names.filter((name) =>
    entries.some(({ text }) => new RegExp(`\\b${name}\\b`).test(codeIn(text))),
  )
  const text = `import type * as allv from 'allv-mcp'\nimport type { ${used.join(', ')} } from 'allv-mcp'\n${checks.join('\n')}\n`
  const options = { paths: { 'allv-mcp': ['../../lib/index.ts'] }, noEmit: true, rootDir: '../..' }
  expect(compileSnippets('.build/reference-adapters', [{ path: 'methods.ts', text }], options)).toBe('')
})

function exportedFrom(path: string): readonly string[] {
  return [...readSource(path).matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name = '']) => name)
}

it('has every type of event that a host publishes', () => {
  const source = readSource('lib/adapters/events.ts')
  const types = [...source.matchAll(/readonly type: ([^\n]+)/g)]
    .flatMap(([, union = '']) => union.split(' | ').map((type) => type.replaceAll("'", '')))
    .filter((type) => type !== 'library')
  const { text = '' } = sections.find(({ title }) => title === 'Events that a host publishes') ?? {}
  expect(
    rowsOf(text)
      .map(([type = '']) => codeIn(type))
      .sort(),
  ).toEqual([...types].sort())
  expect(types).toHaveLength(6)
})

const CONTRACT_TYPES = new Map([
  ['approvals', 'lib/testing/contracts/approvals-harness.ts'],
  ['runs', 'lib/testing/contracts/runs-lease-cases.ts'],
])

it('has every contract suite, with what its harness needs and may lack', () => {
  const { text = '' } = sections.find(({ title }) => title === 'Contract suites') ?? {}
  const rows = rowsOf(text)
  expect(rows.map(([adapter = '']) => codeIn(adapter))).toEqual(adapters)
  const suites = rows.map(([, suite = '']) => codeIn(suite))
  expect([...suites].sort()).toEqual(
    Object.keys(testing)
      .filter((name) => name.endsWith('Contract'))
      .sort(),
  )
  for (const [cell = '', , harness = '', lacks = ''] of rows) {
    const adapter = codeIn(cell)
    const file = `lib/testing/contracts/${fileOf(adapter)}`
    const type = typeOf(adapter).replace('Adapter', 'Harness')
    const own = membersOf(CONTRACT_TYPES.get(adapter) ?? file, type).filter(({ name }) => name !== 'adapter')
    const [required = '', optional = ''] = harness.split('optional')
    expect([adapter, namesIn(required)]).toEqual([
      adapter,
      own.filter((one) => !one.optional).map(({ name }) => name),
    ])
    expect([adapter, namesIn(optional)]).toEqual([
      adapter,
      own.filter((one) => one.optional).map(({ name }) => name),
    ])
    const parts = /defineContract<\w+(?:, ([^>]+))?>/.exec(readSource(file))?.[1] ?? ''
    expect([adapter, namesIn(lacks)]).toEqual([
      adapter,
      [...parts.matchAll(/'(\w+)'/g)].map(([, name]) => name),
    ])
  }
})

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
}
