import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The table of threats names existing tests. */

const FOLDER = '__tests__/threats'
const rows = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [TO]\d+ \|/.test(line))
const nameOf = (row: string) => /[TO]\d+/.exec(row)?.[0]
const namedIn = (row: string) =>
  [...row.matchAll(/`([^`]+\.test\.ts)`(?: "([^"]+)")?/g)].map(([, file = '', title]) => ({ file, title }))
/** Titles as a source may write them: an apostrophe may be escaped. */
const titlesOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8').replaceAll("\\'", "'")

it('has a row for each threat of the checklist, in order', () => {
  const numbered = (letter: string, length: number) => Array.from({ length }, (_, i) => `${letter}${i + 1}`)
  expect(rows.map(nameOf)).toEqual([...numbered('T', 25), ...numbered('O', 32)])
})

it.each(rows.map((row) => [nameOf(row), row]))('names existing tests: %s', (_, row = '') => {
  const tests = namedIn(row).filter(({ file }) => existsSync(join(FOLDER, file)))
  expect(tests.some(({ title }) => title !== undefined)).toBe(true)
  const lost = tests.filter(({ file, title }) => title !== undefined && !titlesOf(file).includes(title))
  expect(lost).toEqual([])
})
