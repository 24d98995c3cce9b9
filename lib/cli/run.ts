/** Runs one command line of `npx allv-mcp`, and gives the exit code. */

import { messageOf } from '../foundation/errors/message-of.js'
import { visibleText } from '../foundation/text/text.js'
import { withoutSecrets } from '../foundation/text/without-secrets.js'
import { COMMANDS } from './commands.js'
import type { ExitCode, Terminal } from './kit/command.js'
import { UnreachableError, UsageError } from './kit/failures.js'

/**
 * @param argv the words after `allv-mcp`
 * @param version of the package, for `--version`
 */
export async function runCommandLine(
  argv: readonly string[],
  terminal: Terminal,
  version: string,
): Promise<ExitCode> {
  const [name, ...args] = argv
  if (name === '--version') {
    terminal.out(`${version}\n`)
    return 0
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview())
    return 0
  }
  const entry = COMMANDS.get(name)
  if (entry === undefined) {
    terminal.err(`There is no command ${withoutSecrets(JSON.stringify(name))}.\n\n${overview()}`)
    return 2
  }
  const command = await entry.load()
  const help = args.slice(0, untilEnd(args)).some((arg) => arg === '--help' || arg === '-h')
  if (help) {
    terminal.out(command.help)
    return 0
  }
  try {
    return await command.run(args, terminal)
  } catch (error) {
    return ended(error, name, terminal)
  }
}

/** What follows `--` belongs to nobody's options. */
function untilEnd(args: readonly string[]): number {
  const end = args.indexOf('--')
  return end === -1 ? args.length : end
}

function overview(): string {
  const width = Math.max(0, ...[...COMMANDS.keys()].map((name) => name.length))
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return `Usage: allv-mcp COMMAND [options]\n\n${lines.join('\n')}\n\nallv-mcp COMMAND --help says more of one.\n`
}

function ended(error: unknown, name: string, terminal: Terminal): ExitCode {
  // A password may come from a driver, a key from an argument that was typed in the wrong place.
  const message = visibleText(withoutSecrets(messageOf(error)))
  if (error instanceof UsageError) {
    terminal.err(`${message}\nallv-mcp ${name} --help shows what it takes.\n`)
    return 2
  }
  terminal.err(`${message}\n`)
  return error instanceof UnreachableError ? 3 : 1
}
