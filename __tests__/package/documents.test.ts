import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERRORS } from '../../lib/foundation/errors/catalogue.js'
import { readDocuments } from '../support/snippets.js'

/** The documents of the repository name existing files, tests and commands. */

const DECISIONS = 'docs/decisions'
const pages = readdirSync(DECISIONS).filter((name) => /^\d{4}-/.test(name))
const documents = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'bench/README.md',
  ...readDocuments(),
]
const tests = readdirSync('__tests__', { recursive: true, encoding: 'utf8' })

const prose = (document: string) => readFileSync(document, 'utf8').replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')

/** The anchors of a document, as GitHub and the site make them of its headings. */
const anchorsOf = (document: string) =>
  [...prose(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )

it.each(documents)('links to existing files and headings: %s', (document) => {
  const links = [...prose(document).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map(
    ([, link = '', image = link]) => image,
  )
  const lost = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? document : join(dirname(document), path)
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
  })
  expect(lost).toEqual([])
})

it('has each guide and each page of the reference in the side bar of the site, and no other', () => {
  const shown = [...readFileSync('docs/site/side-bar.mjs', 'utf8').matchAll(/page\('[^']+', '\/([^']*)'\)/g)]
    .map(([, path = '']) => path)
    .filter((path) => !/^(project|decisions)\//.test(path))
    .map((path) => join('docs', path === '' ? 'index.md' : `${path}.md`))
  const written = readDocuments().filter((path) => path.startsWith('docs/') && !path.startsWith(DECISIONS))
  expect(shown.sort()).toEqual([...written].sort())
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
  const read = documents.map((document) => readFileSync(document, 'utf8')).join('\n')
  const named = [...read.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name)
  // `dev` is a script of the app that `allv-mcp init` writes.
  expect(named.filter((name) => scripts[name] === undefined && name !== 'dev')).toEqual([])
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
