/** `allv-mcp keys revoke`. */

import type { ExitCode, Terminal } from '../kit/command.js'
import { readArguments } from '../kit/read-arguments.js'
import { shown } from '../kit/table.js'
import { DATABASE_OPTIONS } from '../kit/with-database.js'
import { findKey } from './find-key.js'
import { stateOf } from './key-state.js'
import { withKeyStore } from './key-store.js'
import { required } from './required.js'

const OPTIONS = { ...DATABASE_OPTIONS, workspace: { type: 'string' }, json: { type: 'boolean' } } as const

export async function revokeKey(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = readArguments(args, OPTIONS, ['KEY_ID'])
  const query = { workspaceId: required('workspace', values.workspace), id: positionals[0] ?? '' }
  return withKeyStore(values, terminal, async (store) => {
    const before = stateOf(await findKey(store, query), await store.now())
    await store.apiKeys.revoke(query)
    const { revokedAt } = await findKey(store, query)
    const already = before === 'revoked'
    if (values.json === true)
      terminal.out(`${JSON.stringify({ ...query, revokedAt, alreadyRevoked: already }, null, 2)}\n`)
    else if (already) terminal.out(`Key ${shown(query.id)} was revoked before.\n`)
    else terminal.out(`Revoked key ${shown(query.id)}. Its next request is refused.\n`)
    return 0
  })
}
