/** The entries of the package. package.json is the one place that names them. */

import { readFileSync } from 'node:fs'

const { name, exports, bin } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** The entry of each name that a host imports: `testing/index` of `allv-mcp/testing`. Entries are paths below lib/ and dist/, without ending. */
export const ENTRY_OF = Object.fromEntries(
  Object.entries(exports)
    .filter(([, entry]) => typeof entry === 'object')
    .map(([path, entry]) => [path.replace('.', name), entryOf(entry.import.default)]),
)

/** The public entries. */
export const ENTRIES = Object.values(ENTRY_OF)

/** The programs, such as `cli/main`. */
export const PROGRAMS = Object.values(bin).map(entryOf)

function entryOf(file) {
  return file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
}
