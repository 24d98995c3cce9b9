/** Changes one memory entry in one statement, which compares the revision, changes the entry and writes its history, or does nothing. */

import { isTooLongForMemory, MOST_MEMORY_CHARACTERS } from '../../adapter-kit/memory-limit.js'
import { assertStorableTexts } from '../../adapter-kit/storable.js'
import type { MemoryChange, MemoryUpdate } from '../../adapters/memory.js'
import type { Database, Value } from '../database/database.js'

/** A change of an entry. */
export interface Change extends Omit<MemoryChange, 'runId'> {
  readonly workspaceId: string
  /** `null`: a change by the host. */
  readonly memberId: string | null
  /** `null`: a change by the host. */
  readonly runId: string | null
}

type Asked = Pick<Database, 'schemaPrefix' | 'query'>

interface Changed {
  readonly revision: string
  readonly created: boolean
}

/** Changes an entry, in the transaction of `query` if it has one. */
export async function changeEntry(database: Asked, change: Change): Promise<MemoryUpdate> {
  const { key, operation, value, expectedRevision } = change
  assertStorableTexts({ 'the memory key': key, 'the memory text': value })
  if (isTooLongForMemory(value ?? '')) return { status: 'too_large' }
  const [changed] = await database.query<Changed>(statementOf(database, change), valuesOf(change))
  if (changed === undefined) {
    // Either there is nothing to delete, or the revision differs, or the text is too long. The current revision tells which.
    const revision = await presentRevision(database, change)
    if (operation === 'delete' && expectedRevision === null) return { status: 'not_found' }
    // The revision is as expected, so the text is too long.
    if (operation === 'append' && (expectedRevision === null || expectedRevision === revision))
      return { status: 'too_large' }
    return { status: 'conflict', revision }
  }
  if (operation === 'delete') return { status: 'deleted' }
  return { status: 'updated', revision: changed.revision, created: changed.created }
}

/** $1 workspace, $2 key, $3 operation, $4 member, $5 run, $6 value, $7 expected revision. A statement without a value has the revision as $6. */
function statementOf({ schemaPrefix }: Asked, { operation, expectedRevision }: Change): string {
  const next = `nextval('${schemaPrefix}memory_revisions')`
  const text = operation === 'append' ? 'entry.text || $6' : '$6'
  const fits =
    operation === 'append' ? `char_length(entry.text) + char_length($6) <= ${MOST_MEMORY_CHARACTERS}` : 'true'
  const changes = `text = ${text}, revision = ${next}, updated_at = statement_timestamp()`
  const acts = {
    delete: `delete from ${schemaPrefix}memory_entries entry where workspace_id = $1 and key = $2
      ${expectedRevision === null ? '' : 'and revision::text = $6'} returning key, ${next} as revision, null as text, false as created`,
    update: `update ${schemaPrefix}memory_entries entry set ${changes} where workspace_id = $1 and key = $2
      and revision::text = $7 and ${fits} returning key, revision, text, false as created`,
    // A row that this statement inserted has no xmax. On conflict the revision is taken under the row's lock, so a later one is higher.
    put: `insert into ${schemaPrefix}memory_entries as entry (workspace_id, key, text, revision, updated_at)
      values ($1, $2, $6, ${next}, statement_timestamp())
      on conflict (workspace_id, key) do update set ${changes} where ${fits} returning key, revision, text, entry.xmax = 0 as created`,
  }
  const act = operation === 'delete' ? 'delete' : expectedRevision === null ? 'put' : 'update'
  return `with changed as (${acts[act]}),
    kept as (insert into ${schemaPrefix}memory_history (workspace_id, key, revision, operation, text, changed_at, member_id, run_id)
      select $1, key, revision, $3, text, statement_timestamp(), $4, $5 from changed)
    select json_build_object('revision', revision::text, 'created', created)::text as row from changed`
}

function valuesOf({
  workspaceId,
  key,
  operation,
  memberId,
  runId,
  value,
  expectedRevision,
}: Change): Value[] {
  return [
    workspaceId,
    key,
    operation,
    memberId,
    runId,
    ...(operation === 'delete' ? [] : [value ?? '']),
    ...(expectedRevision === null ? [] : [expectedRevision]),
  ]
}

async function presentRevision(
  { schemaPrefix, query }: Asked,
  { workspaceId, key }: Change,
): Promise<string | null> {
  const [revision] = await query<string>(
    `select to_json(revision::text)::text as row from ${schemaPrefix}memory_entries where workspace_id = $1 and key = $2`,
    [workspaceId, key],
  )
  return revision ?? null
}
