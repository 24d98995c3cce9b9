/** Prints a key that was just made. It is printed once, on standard output, and it is stored nowhere. */

import type { Terminal } from '../kit/command.js'
import { shown } from '../kit/table.js'

interface Issued {
  readonly key: string
  /** The fields beside the key that `--json` prints. */
  readonly facts: Readonly<Record<string, unknown>>
  /** The lines that people read before the key. */
  readonly lines: readonly string[]
}

interface Form {
  readonly json?: boolean | undefined
  readonly quiet?: boolean | undefined
}

/** With `--json` one object with the key as `key`, with `--quiet` the key and nothing else. */
export function showIssued({ key, facts, lines }: Issued, { json, quiet }: Form, terminal: Terminal): void {
  if (json === true) terminal.out(`${JSON.stringify({ ...facts, key }, null, 2)}\n`)
  else if (quiet === true) terminal.out(`${key}\n`)
  else {
    for (const line of lines) terminal.out(`${shown(line)}\n`)
    terminal.out(`Keep the key now. It is not stored, so it cannot be shown again:\n${key}\n`)
  }
}
