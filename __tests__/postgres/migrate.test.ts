import { PGlite } from '@electric-sql/pglite'
import { type AnyPostgres, createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import { MIGRATIONS } from '../../lib/postgres/database/migrations.js'
import { freshName, openPostgres } from '../support/databases.js'

const postgres = await openPostgres()
const embedded = new PGlite()
afterAll(async () => {
  await embedded.close()
  await postgres?.close()
})

const ALL = MIGRATIONS.map(({ number }) => number)
const KINDS = MIGRATIONS.find(({ name }) => name === 'kinds of credentials')?.number ?? 0
const CHECKPOINTS = MIGRATIONS.find(({ name }) => name === 'checkpoints of runs')?.number ?? 0

it('numbers migrations from one, without a gap', () => {
  expect(ALL).toEqual(ALL.map((_, i) => i + 1))
})

it.each(['"', 'a.b', 'Allv', '1a', '', 'a'.repeat(41), 'a; drop table x', 'ä'])(
  'refuses a schema name that would need quotes: %p',
  async (schema) => {
    await expect(migrate({ pool: embedded, schema })).rejects.toThrow(TypeError)
    expect(() => createPostgresAdapters({ pool: embedded, schema })).toThrow(/option schema/)
  },
)

it('applies each migration once, for any number of nodes that start at once', async () => {
  const nodes: readonly (readonly AnyPostgres[])[] = [
    [embedded, embedded],
    postgres === null ? [] : [1, 2, 3, 4, 5].map(() => postgres.node()),
  ]
  for (const pools of nodes.filter(({ length }) => length > 0)) {
    const schema = freshName()
    const applied = await Promise.all(pools.map((pool) => migrate({ pool, schema })))
    expect(applied.flatMap((result) => result.applied)).toEqual(ALL)
    expect(await migrate({ pool: pools[0] ?? embedded, schema })).toEqual({ applied: [] })
    await pools[0]?.query(`drop schema "${schema}" cascade`)
  }
})

it('leaves nothing behind when a migration fails', async () => {
  const schema = freshName()
  await embedded.query(`create schema "${schema}"`)
  await embedded.query(`create table "${schema}".members (id int)`)
  await expect(migrate({ pool: embedded, schema })).rejects.toThrow(/already exists/)
  const { rows } = await embedded.query('select 1 from information_schema.tables where table_schema = $1', [
    schema,
  ])
  expect(rows).toHaveLength(1)
  await embedded.query(`drop table "${schema}".members`)
  expect(await migrate({ pool: embedded, schema })).toEqual({ applied: ALL })
})

it('leaves a database that is newer than this version unchanged', async () => {
  const schema = freshName()
  await migrate({ pool: embedded, schema })
  await embedded.query(`insert into "${schema}".migrations values (999, 'of tomorrow', now())`)
  expect(await migrate({ pool: embedded, schema })).toEqual({ applied: [] })
})

it('reads rows of older versions, with an unknown kind of credential', async () => {
  const schema = freshName()
  await migrate({ pool: embedded, schema })
  await embedded.query(`alter table "${schema}".runs drop column credential_kind`)
  await embedded.query(`alter table "${schema}".approvals drop column credential_kind`)
  await embedded.query(`delete from "${schema}".migrations where number = ${KINDS}`)
  await embedded.query(`insert into "${schema}".runs (workspace_id, id, member_id, credential_id, face, tool,
    arguments_digest, correlation_id, started_at, begun_at, lease_ends_at, status)
    values ('ws_1', 'run_1', 'mem_1', 'key_1', 'mcp', 't', 'd', 'req_1', now(), now(), now(), 'succeeded')`)
  await embedded.query(`insert into "${schema}".approvals (id, workspace_id, member_id, tool, definition_digest,
    arguments_digest, binding, approver, state, arguments, credential_id, face, requested_at, expires_at, replay_ms)
    values ('apr_1', 'ws_1', 'mem_1', 't', 'd', 'd', 'b', 'operator', 'pending', '{}', 'key_1', 'mcp', now(),
      now() + interval '1 hour', 1000)`)
  expect(await migrate({ pool: embedded, schema })).toEqual({ applied: [KINDS] })
  const adapters = createPostgresAdapters({ pool: embedded, schema })
  expect(await adapters.runs.get({ workspaceId: 'ws_1', id: 'run_1' })).toMatchObject({
    credentialKind: null,
  })
  expect(await adapters.approvals.get({ id: 'apr_1' })).toMatchObject({ credentialKind: null })
  const decision = { id: 'apr_1', decision: 'approve', decidedBy: 'olga' } as const
  expect(await adapters.approvals.decide(decision)).toMatchObject({ status: 'decided' })
  const { events } = await adapters.audit.list({ workspaceId: 'ws_1', limit: 10, cursor: null })
  expect(events).toMatchObject([{ type: 'approval.decided', credentialId: 'key_1', credentialKind: null }])
  await adapters.events.close()
})

it('keeps what waiting runs of an older version need to continue, and which calls may be repeated', async () => {
  const schema = freshName()
  await migrate({ pool: embedded, schema })
  await embedded.query(`alter table "${schema}".runs rename column checkpoint to note`)
  await embedded.query(`delete from "${schema}".migrations where number = ${CHECKPOINTS}`)
  const add = (id: string, status: string, note: string | null, outcome: string | null) =>
    embedded.query(
      `insert into "${schema}".runs (workspace_id, id, member_id, credential_id, face, tool, arguments_digest,
         correlation_id, started_at, begun_at, lease_ends_at, status, note, outcome)
       values ('ws_1', $1, 'mem_1', 'key_1', 'mcp', 't', 'd', 'req_1', now(), now(), now(), $2, $3, $4::text::json)`,
      [id, status, note, outcome],
    )
  const outcome = { status: 'failed', runId: 'r', endedAt: '2026-01-01T00:00:00.000Z', message: 'a\0}' }
  await add('waiting', 'input_required', 'sealed ünd ↯', null)
  await add('begun', 'pending_approval', 'begun', null)
  await add('refused', 'failed', 'repeatable', JSON.stringify(outcome))
  await add('failed', 'failed', null, JSON.stringify(outcome))
  expect((await migrate({ pool: embedded, schema })).applied).toContain(CHECKPOINTS)
  const adapters = createPostgresAdapters({ pool: embedded, schema })
  const read = async (id: string) => adapters.runs.get({ workspaceId: 'ws_1', id })
  expect(await read('waiting')).toMatchObject({ checkpoint: 'sealed ünd ↯', outcome: null })
  expect(await read('begun')).toMatchObject({ checkpoint: 'begun', outcome: null })
  const kept = { ...outcome, endedAt: new Date(outcome.endedAt) }
  expect(await read('refused')).toMatchObject({ checkpoint: null, outcome: { ...kept, repeatable: true } })
  expect((await read('failed'))?.outcome).toEqual(kept)
  await adapters.events.close()
})
