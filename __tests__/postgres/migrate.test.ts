import { PGlite } from '@electric-sql/pglite'
import { type AnyPostgres, createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import { MIGRATIONS } from '../../lib/postgres/migrations.js'
import { freshName, openPostgres } from '../support/databases.js'

const postgres = await openPostgres()
const embedded = new PGlite()
afterAll(async () => {
  await embedded.close()
  await postgres?.close()
})

const ALL = MIGRATIONS.map(({ number }) => number)

it('numbers its steps from one, without a gap', () => {
  expect(ALL).toEqual(ALL.map((_, i) => i + 1))
})

it.each(['"', 'a.b', 'Allv', '1a', '', 'a'.repeat(41), 'a; drop table x', 'ä'])(
  'takes no schema name that must be quoted: %p',
  async (schema) => {
    await expect(migrate({ pool: embedded, schema })).rejects.toThrow(TypeError)
    expect(() =>
      createPostgresAdapters({ pool: embedded, schema, evaluate: async () => ({ verdict: 'allow' }) }),
    ).toThrow(/option schema/)
  },
)

it('applies each step once, however many nodes start at once', async () => {
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

it('leaves nothing behind when a step fails', async () => {
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

it('leaves a database alone that is newer than this version', async () => {
  const schema = freshName()
  await migrate({ pool: embedded, schema })
  await embedded.query(`insert into "${schema}".migrations values (999, 'of tomorrow', now())`)
  expect(await migrate({ pool: embedded, schema })).toEqual({ applied: [] })
})
