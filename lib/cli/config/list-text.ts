/** Writes the table of clients for people. */

import type { Client, KeySupport, SecretReference } from '../../clients/client.js'
import { CLIENTS } from '../../clients/client-table.js'

const KEYS = {
  'any-key': 'any key',
  'one-member-key': 'key for one member',
  none: 'OAuth only',
} as const satisfies Record<KeySupport, string>

const SECRETS = {
  variable: 'reads a variable',
  prompt: 'asks for the key',
  literal: 'key in the file',
  stored: 'key in a form',
} as const satisfies Record<SecretReference, string>

/** One line for each client. */
export function listText(): string {
  const rows = [['CLIENT', 'CONNECTS WITH', 'KEY', 'OAUTH', 'NAME'], ...CLIENTS.map(rowOf)]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

function rowOf({ id, title, keys, secret, oauth }: Client): readonly string[] {
  return [id, KEYS[keys], keys === 'none' ? '-' : SECRETS[secret], oauth, title]
}
