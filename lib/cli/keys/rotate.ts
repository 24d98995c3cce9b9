/** `allv-mcp keys rotate`. */

import type { ExitCode, Terminal } from '../kit/command.js'
import { readDuration } from '../kit/duration.js'
import { RefusedError, UsageError } from '../kit/failures.js'
import { readArguments } from '../kit/read-arguments.js'
import { shown, shownTime } from '../kit/table.js'
import { DATABASE_OPTIONS } from '../kit/with-database.js'
import { findKey } from './find-key.js'
import { shownState } from './key-state.js'
import { withKeyStore } from './key-store.js'
import { required } from './required.js'
import { showIssued } from './show-issued.js'

const OPTIONS = {
  ...DATABASE_OPTIONS,
  workspace: { type: 'string' },
  overlap: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const

export async function rotateKey(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = readArguments(args, OPTIONS, ['KEY_ID'])
  const { workspace, overlap, json, quiet } = values
  const query = { workspaceId: required('workspace', workspace), id: positionals[0] ?? '' }
  const overlapMs = overlap === undefined ? 0 : readDuration('overlap', overlap, 0)
  if (json === true && quiet === true) throw new UsageError('give --json or --quiet, not both')
  return withKeyStore(values, terminal, async (store) => {
    const old = await findKey(store, query)
    const issued = await store.apiKeys.rotate({ ...query, overlapMs })
    if (issued?.key == null)
      throw new RefusedError(
        `key ${shown(old.id)} cannot be rotated (${shownState(await findKey(store, query), await store.now())}); create a new key`,
      )
    const { revokedAt } = await findKey(store, query)
    const until =
      revokedAt === null || overlapMs === 0 ? 'no longer works' : `works until ${shownTime(revokedAt)}`
    const facts = { ...query, id: issued.id, replaces: old.id, oldKeyEndsAt: revokedAt }
    const lines = [`Made key ${issued.id}, with the same grant as ${old.id}, which ${until}.`]
    showIssued({ key: issued.key, facts, lines }, values, terminal)
    return 0
  })
}
