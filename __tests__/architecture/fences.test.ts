import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { LAYERS } from './layers.js'

/** An editor shows what layers.test.ts refuses: biome has the same order. */

const folders = [...LAYERS.keys()]
const pathOf = (folder: string) => (folder === 'lib' ? 'lib' : join('lib', folder))
const specifier = (from: string, to: string) => {
  const path = relative(pathOf(from), join(pathOf(to), 'probe.js'))
  return path.startsWith('.') ? path : `./${path}`
}

it('has the import rules of the table in ARCHITECTURE.md', () => {
  execFileSync(process.execPath, ['__tests__/architecture/fences.mjs', '--check'], { stdio: 'pipe' })
  expect(JSON.parse(readFileSync('biome.json', 'utf8')).extends).toEqual(['./biome.fences.json'])
})

it('reports every import that the table forbids, of types too, and no other', () => {
  const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'allv-mcp-fences-'))
  try {
    copyFileSync('biome.fences.json', join(scratch, 'biome.fences.json'))
    writeFileSync(
      join(scratch, 'biome.json'),
      '{ "extends": ["./biome.fences.json"], "linter": { "rules": { "preset": "none" } } }',
    )
    for (const folder of folders) {
      mkdirSync(join(scratch, pathOf(folder)), { recursive: true })
      const lines = folders.map((other) => `export type * from '${specifier(folder, other)}'\n`)
      writeFileSync(join(scratch, pathOf(folder), 'importer.ts'), lines.join(''))
    }
    const { stdout } = spawnSync(
      process.execPath,
      [
        resolve('node_modules/@biomejs/biome/bin/biome'),
        'lint',
        '--max-diagnostics=none',
        '--reporter=github',
        '.',
      ],
      { cwd: scratch, encoding: 'utf8' },
    )
    const reported = [
      ...stdout
        .replaceAll(scratch, '')
        .matchAll(/noRestrictedImports.*?file=\/lib\/([^,]*?)importer\.ts,line=(\d+)/g),
    ]
      .map(([, folder = '', line]) => `${folder.replace(/\/$/, '') || 'lib'} -> ${folders[Number(line) - 1]}`)
      .sort()
    const breaches = folders
      .flatMap((folder) => folders.map((other) => [folder, other] as const))
      .filter(
        ([folder, other]) => folder !== other && Number(LAYERS.get(other)) <= Number(LAYERS.get(folder)),
      )
      .map(([folder, other]) => `${folder} -> ${other}`)
      .sort()
    expect(breaches.length).toBeGreaterThan(500)
    expect(reported).toEqual(breaches)
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
