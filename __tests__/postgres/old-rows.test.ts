import { PGlite } from '@electric-sql/pglite'
import { type AnyPostgres, createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import { MIGRATIONS } from '../../lib/postgres/database/migrations.js'
import { freshName, openPostgres } from '../support/databases.js'
import { event } from '../testing/records.js'

/** Rows of an older version: JSON with NUL and lone surrogates in any text. Every filter reads them like all others. */

const postgres = await openPostgres()
const embedded = new PGlite()
afterAll(async () => {
  await embedded.close()
  await postgres?.close()
})

const pools: readonly (readonly [string, AnyPostgres | null])[] = [
  ['PGlite', embedded],
  ['PostgreSQL', postgres?.node() ?? null],
]
const ODD = ['x\0', '\ud800', 'a\udc00', 'n'.repeat(99).concat('\ud83d'), '\\u0000', '\\\\u0000\0', '"\0"']

/** The tables before the migration that adds columns, with `rows` in them. */
async function olderVersion(pool: AnyPostgres, schema: string): Promise<void> {
  await pool.query(`create schema "${schema}"`)
  await pool.query(
    `create table "${schema}".migrations (number int primary key, name text not null, applied_at timestamptz not null)`,
  )
  for (const { number, statements } of MIGRATIONS.slice(0, 3)) {
    for (const statement of statements) await pool.query(statement.replaceAll('SCHEMA.', `"${schema}".`))
    await pool.query(`insert into "${schema}".migrations values ($1, 'old', now())`, [number])
  }
}

const insertRaw = (pool: AnyPostgres, schema: string, row: object, workspaceId: string | null) =>
  pool.query(
    `insert into "${schema}".audit_events (id, at, recorded_at, workspace_id, type, member_id, event)
     values ('evt', now(), now(), $1, 'run.started', 'mem_maria', $2::text::json)`,
    [workspaceId, JSON.stringify(row)],
  )

describe.each(pools.filter(([, pool]) => pool !== null))('on %s', (_, given) => {
  const pool = given ?? embedded

  it('reads audit rows of an older version, by every filter, before and after the migration', async () => {
    const schema = freshName()
    await olderVersion(pool, schema)
    const rows = ODD.flatMap((text, i) => [
      { ...event, id: `client ${i}`, runId: 'run_1', client: { name: text, runId: 'run_fake' } },
      { ...event, id: `tool ${i}`, runId: 'run_1', tool: text },
      {
        ...event,
        id: `deep ${i}`,
        runId: 'run_1',
        tool: 'deals.create',
        client: { name: 'a', [text]: [text] },
      },
    ])
    for (const row of rows) await insertRaw(pool, schema, row, 'ws')
    await insertRaw(pool, schema, { ...event, claimedWorkspaceId: 'w\0s', tool: 'x'.repeat(50_000) }, null)
    expect((await migrate({ pool, schema })).applied).toContain(5)
    // A node of the older version still works while others are replaced.
    for (const row of rows) await insertRaw(pool, schema, { ...row, runId: 'run_2' }, 'ws')
    const { audit } = createPostgresAdapters({ pool, schema })
    const count = async (filter: object, workspaceId: string | null = 'ws') =>
      (await audit.list({ workspaceId, limit: 1000, cursor: null, ...filter })).events.length
    expect(await count({ runId: 'run_1' })).toBe(rows.length)
    expect(await count({ runId: 'run_2' })).toBe(rows.length)
    expect(await count({ runId: 'run_fake' })).toBe(0)
    expect(await count({ tool: 'deals.create' })).toBe(ODD.length * 2)
    expect(await count({ approvalId: 'apr' })).toBe(0)
    expect(await count({ tool: 'x' }, null)).toBe(0)
    expect(await count({}, null)).toBe(1)
    for (const text of ODD.filter((one) => !one.isWellFormed() || one.includes('\0')))
      for (const name of ['runId', 'approvalId', 'tool', 'memberId', 'type', 'cursor'])
        expect([text, name, await count({ [name]: text })]).toEqual([text, name, 0])
  })

  it('reads members of an older version whose roles contain a NUL or a lone surrogate', async () => {
    const schema = freshName()
    await olderVersion(pool, schema)
    await pool.query(
      `insert into "${schema}".members (workspace_id, id, email, email_key, active, name, roles)
       values ('ws', 'mem', 'a@b.test', 'a@b.test', true, null, $1::text::json)`,
      [JSON.stringify(['admin\0', '\ud800'])],
    )
    await migrate({ pool, schema })
    const { members } = createPostgresAdapters({ pool, schema })
    expect(await members.findById({ workspaceId: 'ws', memberId: 'mem' })).toEqual({
      id: 'mem',
      workspaceId: 'ws',
      email: 'a@b.test',
      active: true,
      roles: ['admin\0', '\ud800'],
    })
  })
})
