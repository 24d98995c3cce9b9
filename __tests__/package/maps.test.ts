import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** "Go to definition" and stack traces lead to the sources, which the package contains. */

const [{ files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  }),
) as [{ files: readonly { readonly path: string }[] }]
const packed = new Set(files.map(({ path }) => path))
const sources = [...packed].filter((path) => /^lib\/.*\.ts$/.test(path))

it('packs each source with its compiled file, and maps that lead back to it', () => {
  expect(sources).toContain('lib/index.ts')
  const lost = sources.flatMap((source) =>
    ['.js', '.d.ts']
      .map((ending) => source.replace('lib/', 'dist/').replace(/\.ts$/, ending))
      .filter((path) => !packed.has(path) || !packed.has(`${path}.map`) || mapped(path) !== source),
  )
  expect(lost).toEqual([])
})

/** The source that the map beside a compiled file names, from the root of the package. */
function mapped(path: string): string | undefined {
  if (!readFileSync(path, 'utf8').includes('//# sourceMappingURL=')) return undefined
  const map = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as {
    sources: readonly string[]
    sourceRoot?: string
  }
  const [source = ''] = map.sources
  return join(dirname(path), map.sourceRoot ?? '', source)
}

it('packs no test, example or tool', () => {
  expect([...packed].filter((path) => !/^(dist|lib)\/|^[\w.]+$/.test(path))).toEqual([])
})
