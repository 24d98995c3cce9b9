import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'

/** The documents of the repository name existing files, tests and commands. */

const DECISIONS = 'docs/decisions'
const pages = readdirSync(DECISIONS).filter((name) => /^\d{4}-/.test(name))
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'bench/README.md',
  join(DECISIONS, 'README.md'),
  ...pages.map((name) => join(DECISIONS, name)),
]
const tests = readdirSync('__tests__', { recursive: true, encoding: 'utf8' })

it.each(documents)('links to existing files: %s', (document) => {
  const text = readFileSync(document, 'utf8').replaceAll(/```[\s\S]*?```/g, '')
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link)
  const lost = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(dirname(document), link)))
  expect(lost).toEqual([])
})

it.each(['SECURITY.md', 'CONTRIBUTING.md', ...pages.map((name) => join(DECISIONS, name))])(
  'names existing tests: %s',
  (document) => {
    const named = [...readFileSync(document, 'utf8').matchAll(/`([\w/-]+\.test\.ts)`/g)].map(
      ([, name = '']) => name.replace('__tests__/', ''),
    )
    const lost = named.filter((name) => name !== 'FILE.test.ts' && !tests.some((test) => test === name))
    expect(lost).toEqual([])
  },
)

it('names existing files and error codes in ARCHITECTURE.md', () => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8').replaceAll(/```[\s\S]*?```/g, '')
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name)
  const files = quoted.filter((name) => /^[\w./-]+\.(ts|md|mjs|json)$|^[\w./-]+\/$/.test(name))
  const places = ['', 'lib', 'lib/control-plane/operations']
  expect(files.length).toBeGreaterThan(60)
  expect(files.filter((name) => !places.some((place) => existsSync(join(place, name))))).toEqual([])
  const codes = quoted.filter((name) => /^[A-Z]+(_[A-Z]+)+$|^CANCELLED$/.test(name))
  expect(codes.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([])
  for (const question of [1, 2, 3, 4, 5, 6, 7, 8])
    expect(text).toMatch(new RegExp(`^${question}\\. \\*`, 'm'))
})

it('names existing commands', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const read = `${readFileSync('CONTRIBUTING.md', 'utf8')}${readFileSync('README.md', 'utf8')}`
  const named = [...read.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
})

it('numbers decisions without a gap, lists each, and gives its measurement and cost', () => {
  expect(pages.map((name) => Number(name.slice(0, 4)))).toEqual(pages.map((_, i) => i + 1))
  const index = readFileSync(join(DECISIONS, 'README.md'), 'utf8')
  for (const name of pages) {
    const text = readFileSync(join(DECISIONS, name), 'utf8')
    const title = /^# (\d+)\. (.+)$/m.exec(text)
    expect([name, Number(title?.[1])]).toEqual([name, Number(name.slice(0, 4))])
    expect(index).toContain(`| ${title?.[1]} | [${title?.[2]}](${name}) |`)
    expect([name, [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)]).toEqual([
      name,
      ['Context', 'Decision', 'Measurement', 'Cost'],
    ])
  }
})
