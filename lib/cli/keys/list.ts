/** `allv-mcp keys list`. */

import type { ApiKeyInfo } from '../../postgres/api-keys.js'
import type { ExitCode, Terminal } from '../kit/command.js'
import { readArguments } from '../kit/read-arguments.js'
import { formatTable, shown, shownTime } from '../kit/table.js'
import { DATABASE_OPTIONS } from '../kit/with-database.js'
import { shownState, stateOf } from './key-state.js'
import { withKeyStore } from './key-store.js'
import { required } from './required.js'

const OPTIONS = { ...DATABASE_OPTIONS, workspace: { type: 'string' }, json: { type: 'boolean' } } as const

const TITLES = ['ID', 'NAME', 'KEY', 'STATE', 'LAST USED', 'EXPIRES', 'MEMBERS', 'SCOPES']

export async function listKeys(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, OPTIONS)
  const workspaceId = required('workspace', values.workspace)
  return withKeyStore(values, terminal, async ({ apiKeys, now }) => {
    const keys = await apiKeys.list({ workspaceId })
    const at = await now()
    if (values.json === true)
      terminal.out(
        `${JSON.stringify(
          keys.map((key) => ({ ...key, state: stateOf(key, at) })),
          null,
          2,
        )}\n`,
      )
    else if (keys.length === 0) terminal.out(`Workspace ${shown(workspaceId)} has no keys.\n`)
    else
      terminal.out(
        formatTable(
          TITLES,
          keys.map((key) => cellsOf(key, at)),
        ),
      )
    return 0
  })
}

function cellsOf(key: ApiKeyInfo, now: Date): readonly string[] {
  const { id, name, hint, lastUsedAt, expiresAt, members, scopes } = key
  return [
    id,
    name,
    hint ?? '-',
    shownState(key, now),
    lastUsedAt === null ? 'never' : shownTime(lastUsedAt),
    expiresAt === null ? 'never' : shownTime(expiresAt),
    members === 'any' ? 'any' : members.join(' '),
    scopes.join(' ') || '-',
  ]
}
