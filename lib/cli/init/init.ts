/** The command `allv-mcp init`: writes a working app into an empty folder. */

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Command, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { findPackage } from '../kit/package-root.js'
import { readArguments } from '../kit/read-arguments.js'
import { shown } from '../kit/table.js'
import { appName } from './app-name.js'
import { environmentFile } from './environment-file.js'
import { dependenciesOf, fillIn, readTemplate, type TemplateFile } from './template.js'

const HELP = `Usage: allv-mcp init [FOLDER] [--name NAME] [--json]

Writes a working app into an empty folder (default: this one): Express 5, TypeScript, PGlite, one tool that answers at once, one that waits for an
approval, and a page that decides it. Its .env has a secret, an API key and a password of its own. Installs nothing.

  --name NAME  the name in package.json (default: that of the folder)
  --json       one JSON object: folder, name, files, next
`

const OPTIONS = { name: { type: 'string' }, json: { type: 'boolean' } } as const

export const init: Command = {
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, OPTIONS, ['FOLDER?'])
    const folder = resolve(terminal.cwd, positionals[0] ?? '.')
    assertEmpty(folder)
    const facts = findPackage()
    const template = readTemplate(facts)
    const name = appName({ given: values.name, folder, taken: dependenciesOf(template) })
    const files = fillIn(template, { name, version: facts.version })
    write(folder, [...files, { path: '.env', text: environmentFile() }])
    const next = nextSteps(relative(terminal.cwd, folder))
    if (values.json === true) {
      const paths = [...files.map(({ path }) => path), '.env'].sort()
      terminal.out(`${JSON.stringify({ folder, name, files: paths, next }, null, 2)}\n`)
    } else greet(name, next, terminal)
    return 0
  },
}

/** A repository that was just made is empty too. */
function assertEmpty(folder: string): void {
  if (!existsSync(folder)) return
  if (!statSync(folder).isDirectory())
    throw new UsageError('FOLDER is a file; name a folder that is empty or new')
  const found = readdirSync(folder).filter((name) => name !== '.git')
  if (found.length > 0)
    throw new UsageError(
      `the folder is not empty (it has ${shown(found.slice(0, 3).join(', '))}); name one that is empty or new: allv-mcp init my-app`,
    )
}

/** The secrets are for this user only. No file is written over. */
function write(folder: string, files: readonly TemplateFile[]): void {
  for (const { path, text } of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx', mode: path === '.env' ? 0o600 : 0o666 })
  }
}

function nextSteps(folder: string): readonly string[] {
  const enter =
    folder === ''
      ? ''
      : `cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`} && `
  return [`${enter}npm install`, 'npm run dev', 'README.md has your first call, and your first approval']
}

function greet(name: string, next: readonly string[], { out }: Terminal): void {
  out(`Made ${name}: an Express app with two tools, an approvals page and a database. Next:\n`)
  for (const line of next) out(`  ${shown(line)}\n`)
}
