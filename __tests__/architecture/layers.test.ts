import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LAYERS } from './layers.js'
import { readSources } from './sources.js'

const sources = readSources()

const folderOf = (path: string) => (dirname(path) === '.' ? 'lib' : dirname(path))

it('names every folder of lib/ in ARCHITECTURE.md, and no other', () => {
  const folders = new Set(sources.map(({ path }) => folderOf(path)))
  expect([...LAYERS.keys()].sort()).toEqual([...folders].sort())
  expect(sources.length).toBeGreaterThan(150)
})

it('imports from folders below only, types included', () => {
  const upwards = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ local }) => local)
      .filter(({ target }) => folderOf(target) !== folderOf(path))
      .filter(({ target }) => (LAYERS.get(folderOf(target)) ?? -1) <= (LAYERS.get(folderOf(path)) ?? 99))
      .map(({ target }) => `${path} -> ${target}`),
  )
  expect(upwards).toEqual([])
})

it.each(['lib', 'bench'])('has no circle of files in %s/, types counted', (root) => {
  const imports = new Map(
    readSources(root).map(({ path, imports }) => [
      path,
      imports.filter(({ local }) => local).map(({ target }) => target),
    ]),
  )
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, above: readonly string[]): void => {
    if (done.has(path)) return
    if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(' -> '))
    else for (const next of imports.get(path) ?? []) walk(next, [...above, path])
    done.add(path)
  }
  for (const path of imports.keys()) walk(path, [])
  expect(circles).toEqual([])
})

it('has an index.ts in public entries only, and at most 20 files in a folder', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> }
  const entries = Object.keys(exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => join(entry, 'index.ts'))
  const indexes = sources.map(({ path }) => path).filter((path) => /(^|\/)index\.ts$/.test(path))
  expect(indexes.sort()).toEqual(entries.sort())
  for (const folder of LAYERS.keys()) {
    const files = readdirSync(folder === 'lib' ? 'lib' : join('lib', folder)).filter((name) =>
      name.endsWith('.ts'),
    )
    expect([folder, files.length <= 20]).toEqual([folder, true])
  }
})
