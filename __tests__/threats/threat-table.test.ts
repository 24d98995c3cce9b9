import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The table of threats names existing tests. */

const FOLDER = '__tests__/threats'
const rows = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| T\d+ \|/.test(line))
const namedIn = (row: string) =>
  [...row.matchAll(/`([^`]+\.test\.ts)`(?: "([^"]+)")?/g)].map(([, file = '', title]) => ({ file, title }))
/** Titles as a source may write them: an apostrophe may be escaped. */
const titlesOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8').replaceAll("\\'", "'")

it('has a row for each threat of the checklist, in order', () => {
  expect(rows.map((row) => /T\d+/.exec(row)?.[0])).toEqual(Array.from({ length: 25 }, (_, i) => `T${i + 1}`))
})

it.each(rows.map((row) => [/T\d+/.exec(row)?.[0], row]))('names existing tests: %s', (_, row = '') => {
  const tests = namedIn(row).filter(({ file }) => existsSync(join(FOLDER, file)))
  expect(tests.some(({ title }) => title !== undefined)).toBe(true)
  const lost = tests.filter(({ file, title }) => title !== undefined && !titlesOf(file).includes(title))
  expect(lost).toEqual([])
})
