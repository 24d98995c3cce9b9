import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMMANDS } from '../../lib/cli/commands.js'
import { DATABASE_HELP } from '../../lib/cli/kit/with-database.js'
import { runCli } from '../support/terminal.js'

/** docs/guide/command-line.md says what `--help` says, and its commands are right. */

const page = readFileSync('docs/guide/command-line.md', 'utf8')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
)
const optionsIn = (text: string) => [...new Set(text.match(/--[a-z][a-z-]*/g) ?? [])].sort()
const DATABASE = optionsIn(DATABASE_HELP)
const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'))

it('lists every command', () => {
  const [table = ''] = /\| command \|[\s\S]*?\n\n/.exec(page) ?? []
  const listed = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)
  expect(listed).toEqual(expect.arrayContaining([...COMMANDS.keys()]))
  for (const name of ['init', 'keys', 'migrate'])
    expect(table).toContain(`| \`${name}\` | ${COMMANDS.get(name)?.summary} |`)
})

it.each(['init', 'keys', 'migrate'])('documents the options of %s that its --help shows', async (name) => {
  const { code, out } = await runCli([name, '--help'])
  expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: allv-mcp ${name} `))])
  const own = optionsIn(out).filter((option) => !DATABASE.includes(option))
  const documented = optionsIn(sections.get(name) ?? '')
  expect(documented.filter((option) => !DATABASE.includes(option))).toEqual(own)
})

it('documents the options that name a database', () => {
  expect(optionsIn(sections.get('The database of keys and migrate') ?? '')).toEqual(optionsIn(DATABASE_HELP))
})

it('says what each exit code means', async () => {
  const codes = [...page.matchAll(/^\| (\d) \| (.+) \|$/gm)].map(([, code]) => Number(code))
  expect(codes).toEqual([0, 1, 2, 3])
})

it('shows command lines that are right', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'allv-mcp-guide-'))
  const commands = lines.filter((line) => line.startsWith('npx allv-mcp '))
  expect(commands.length).toBeGreaterThan(8)
  const env = { DATABASE_URL: 'postgres://ann@127.0.0.1:1/app' }
  for (const line of commands) {
    const words = [...line.replace(/ > .*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    )
    const { code, err } = await runCli(words.slice(2), { env, cwd })
    // No database answers there: everything else about the line is right.
    const needsDatabase = /^npx allv-mcp (keys|migrate)(?!.*--(print|help))/.test(line)
    expect([line, code, err.startsWith('cannot connect')]).toEqual([
      line,
      needsDatabase ? 3 : 0,
      needsDatabase,
    ])
  }
  rmSync(cwd, { recursive: true, force: true })
})
