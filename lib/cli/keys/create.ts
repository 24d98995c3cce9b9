/** `allv-mcp keys create`. */

import type { ExitCode, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { readArguments } from '../kit/read-arguments.js'
import { shown, shownTime } from '../kit/table.js'
import { DATABASE_OPTIONS } from '../kit/with-database.js'
import { findMembers } from './find-members.js'
import { type Grant, readGrant } from './grant.js'
import { type KeyStore, withKeyStore } from './key-store.js'
import { required } from './required.js'
import { showIssued } from './show-issued.js'

const OPTIONS = {
  ...DATABASE_OPTIONS,
  workspace: { type: 'string' },
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  'host-scope': { type: 'string', multiple: true },
  member: { type: 'string', multiple: true },
  'member-id': { type: 'string', multiple: true },
  'any-member': { type: 'boolean' },
  expires: { type: 'string' },
  mode: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const

export async function createKey(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, OPTIONS)
  const workspaceId = required('workspace', values.workspace)
  const name = required('name', values.name)
  if (values.json === true && values.quiet === true) throw new UsageError('give --json or --quiet, not both')
  const grant = readGrant(values)
  return withKeyStore(values, terminal, async (store) => {
    const members = await membersOf(store, { grant, workspaceId, terminal })
    const expiresAt =
      grant.expiresInMs === null ? null : new Date((await store.now()).getTime() + grant.expiresInMs)
    const wanted = { workspaceId, name, scopes: grant.scopes, members, expiresAt, mode: grant.mode }
    const { id, key } = await store.apiKeys.create(wanted)
    if (key === null) throw new Error('the store made no key')
    const lines = [
      `Made key ${id} of workspace ${workspaceId}: ${name}`,
      `  scopes   ${grant.scopes.join(' ') || 'none: it may use tools that ask for no scope'}`,
      `  members  ${members === 'any' ? 'any' : members.join(' ')}`,
      `  expires  ${expiresAt === null ? 'never' : shownTime(expiresAt)}`,
    ]
    showIssued({ key, facts: { id, ...wanted }, lines }, values, terminal)
    return 0
  })
}

interface Wanted {
  readonly grant: Grant
  readonly workspaceId: string
  readonly terminal: Terminal
}

async function membersOf(
  store: KeyStore,
  { grant: { members }, workspaceId, terminal }: Wanted,
): Promise<'any' | readonly string[]> {
  if (members === null) return 'any'
  const found = await findMembers(store.members, { workspaceId, wanted: members.lookUp })
  for (const { id } of found.filter(({ active }) => !active))
    terminal.err(`Member ${shown(id)} is not active: the key does not work for them until they are.\n`)
  return [...new Set([...found.map(({ id }) => id), ...members.ids])]
}
