/**
 * Writes biome.fences.json, which biome.json extends: for each folder of the table in ARCHITECTURE.md the imports that an editor shows as
 * breaches. With `--check` it writes nothing, and exits with 1 where the file differs from the table.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'

const FILE = 'biome.fences.json'
const rows = readFileSync('ARCHITECTURE.md', 'utf8')
  .split('## The layers')[1]
  .split('\n## ')[0]
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => [...line.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, folder]) => folder))
const folders = rows.flat()
const rowOf = (folder) => rows.findIndex((row) => row.includes(folder))
const pathOf = (folder) => (folder === 'lib' ? '.' : folder)
const parentsOf = (folder) => (folder.includes('/') ? [folder.split('/')[0]] : [])

/** Relative as an import writes it: `./x` or `../x`. */
function relative(from, to) {
  const path = posix.relative(pathOf(from), pathOf(to))
  if (path === '') return '.'
  return path.startsWith('.') ? path : `./${path}`
}

/** What a folder may not import, with one pattern for a folder and all that it holds where none of it is allowed. */
function forbidden(folder) {
  const closed = folders.filter((other) => other !== folder && rowOf(other) <= rowOf(folder))
  const isClosed = (other) => closed.includes(other)
  const whole = new Set(
    folders
      .flatMap((other) => [other, ...parentsOf(other)])
      .filter((top) => top !== 'lib' && !top.includes('/'))
      .filter((top) => {
        const held = folders.filter((other) => other === top || other.startsWith(`${top}/`))
        return held.length > 1 && held.every(isClosed)
      }),
  )
  const single = closed.filter((other) => ![other, ...parentsOf(other)].some((top) => whole.has(top)))
  return [
    ...[...whole].map((top) => `${relative(folder, top)}/**`),
    ...single.map((other) => `${relative(folder, other)}/*.js`),
  ].sort()
}

const fences = {
  overrides: folders
    .filter((folder) => forbidden(folder).length > 0)
    .map((folder) => ({
      includes: [posix.join('lib', pathOf(folder), '*.ts')],
      linter: {
        rules: {
          style: {
            noRestrictedImports: {
              level: 'error',
              options: {
                patterns: [
                  {
                    group: forbidden(folder),
                    message: `${folder} imports only from folders below it in the table of ARCHITECTURE.md.`,
                  },
                ],
              },
            },
          },
        },
      },
    })),
}
const text = `${JSON.stringify(fences, null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} differs from the table of ARCHITECTURE.md: npm run fences`)
  process.exitCode = 1
}
