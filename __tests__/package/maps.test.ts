import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join } from 'node:path'
import { ENTRIES } from '../../build/entries.mjs'

/** "Go to definition" and stack traces lead to the sources, which the package contains. */

const [{ files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  }),
) as [{ files: readonly { readonly path: string }[] }]
const packed = new Set(files.map(({ path }) => path))
const types = [...packed].filter((path) => path.endsWith('.d.ts') && path.startsWith('dist/'))
const code = [...packed].filter((path) => path.endsWith('.js') && path.startsWith('dist/'))

interface Payload {
  readonly sources: readonly string[]
  readonly mappings: string
}
const mapOf = (path: string): Payload => JSON.parse(readFileSync(`${path}.map`, 'utf8'))
const sourcesOf = (path: string) => mapOf(path).sources.map((source) => join(dirname(path), source))
/** A bundle that only names what it passes on has nothing to map. */
const hasCode = (path: string) => /^(async )?function |^class /m.test(readFileSync(path, 'utf8'))

it.each(ENTRIES)('packs %s in both formats, with the types of each', (entry) => {
  for (const folder of ['dist', 'dist/cjs'])
    for (const ending of ['.js', '.d.ts']) expect(packed).toContain(join(folder, entry + ending))
})

it('packs types with a map that leads to their source', () => {
  expect(types.length).toBeGreaterThan(150)
  for (const path of types) {
    const source = path.replace(/^dist\/(cjs\/)?/, 'lib/').replace(/\.d\.ts$/, '.ts')
    expect([path, readFileSync(path, 'utf8').includes('//# sourceMappingURL=')]).toEqual([path, true])
    expect([path, sourcesOf(path), packed.has(source)]).toEqual([path, [source], true])
  }
})

it('packs code with a map that leads to its sources', () => {
  const mapped = code.filter((path) => hasCode(path) && !path.includes('rolldown-runtime'))
  expect(mapped.length).toBeGreaterThan(8)
  for (const path of mapped) {
    expect([path, /^\/\/# sourceMappingURL=/m.test(readFileSync(path, 'utf8'))]).toEqual([path, true])
    expect([path, sourcesOf(path).filter((source) => !packed.has(source))]).toEqual([path, []])
  }
})

it.each(['dist/index.js', 'dist/cjs/index.js'])('leads from a line of %s to the line that it was', (path) => {
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('function createAllvMcpRouter('))
  const { sources, mappings } = mapOf(path)
  const map = new SourceMap({
    sources: [...sources],
    mappings,
    version: 3,
    file: '',
    names: [],
    sourceRoot: '',
    sourcesContent: [],
  })
  const found = map.findEntry(line, 0)
  if (!('originalLine' in found)) throw new Error('nothing is mapped')
  expect(join(dirname(path), found.originalSource)).toBe('lib/mcp/router.ts')
  const original = readFileSync('lib/mcp/router.ts', 'utf8').split('\n')[found.originalLine]
  expect(original).toContain('createAllvMcpRouter')
})

it('packs no test, no tool, and of the examples only what init writes', () => {
  expect([...packed].filter((path) => !/^(dist|lib|examples\/starter)\/|^[\w.]+$/.test(path))).toEqual([])
})
