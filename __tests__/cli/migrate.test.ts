import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { type AnyPostgres, createPostgresAdapters, migrate } from 'allv-mcp/postgres'
import pg from 'pg'
import { MIGRATIONS } from '../../lib/postgres/database/migrations.js'
import { createDatabase } from '../support/databases.js'
import { runCli } from '../support/terminal.js'

/** `allv-mcp migrate`: what it does, and that what it prints does the same. */

const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-migrate-'))
const database = await createDatabase()
const pool = database === null ? null : new pg.Pool({ connectionString: database.url, max: 2 })
const embedded = new PGlite()

afterAll(async () => {
  await embedded.close()
  await pool?.end()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const LATEST = MIGRATIONS.length
const ALL = MIGRATIONS.map(({ number }) => number)

const run = (...words: readonly string[]) =>
  runCli(['migrate', ...words], { env: database === null ? {} : { DATABASE_URL: database.url }, cwd: folder })

/** A schema as a version of the package with so many migrations left it. */
async function schemaAt(on: AnyPostgres, schema: string, version: number): Promise<void> {
  await on.query(`create schema "${schema}"`)
  await on.query(
    `create table "${schema}".migrations (number int primary key, name text not null, applied_at timestamptz not null)`,
  )
  for (const { number, name, statements } of MIGRATIONS.slice(0, version)) {
    for (const statement of statements) await on.query(statement.replaceAll('SCHEMA.', `"${schema}".`))
    await on.query(`insert into "${schema}".migrations values ($1, $2, now())`, [number, name])
  }
}

const CATALOGUE = `
  select 'relation' as kind, c.relname::text as name, concat_ws(' ', c.relkind, c.relpersistence, c.reloptions::text, r.rolname) as facts
    from pg_class c join pg_roles r on r.oid = c.relowner where c.relnamespace = $1::regnamespace
  union all
  select 'column', a.attrelid::regclass || '.' || a.attname, concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod),
      a.attnotnull, a.attidentity, a.attgenerated, a.attisdropped, l.collname, pg_get_expr(d.adbin, d.adrelid))
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_collation l on l.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = $1::regnamespace and a.attnum > 0
  union all
  select 'index', indexname::text, indexdef from pg_indexes where schemaname = $2
  union all
  select 'constraint', conname::text, concat_ws(' ', conrelid::regclass, contype, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = $1::regnamespace
  union all
  select 'migration', number::text, name from "SCHEMA".migrations
  order by 1, 2`

/** What there is in a schema, with the schema's name left out. */
async function catalogueOf(on: AnyPostgres, schema: string): Promise<readonly string[]> {
  const { rows } = await on.query(CATALOGUE.replace('SCHEMA', schema), [`"${schema}"`, schema])
  return rows.map((row) => JSON.stringify(row).replaceAll(schema, 'SCHEMA'))
}

const script = async (schema: string, ...words: readonly string[]) =>
  (await run('--print', '--schema', schema, ...words)).out

const versions = [...ALL, 0].sort((a, b) => a - b)

describe('the SQL that it prints', () => {
  it.each(versions)('gives PGlite the same tables as migrate does, from migration %i', async (version) => {
    const [applied, printed] = [`by_migrate_${version}`, `by_script_${version}`]
    if (version > 0) for (const schema of [applied, printed]) await schemaAt(embedded, schema, version)
    await migrate({ pool: embedded, schema: applied })
    await embedded.exec(await script(printed, '--from', String(version)))
    const expected = await catalogueOf(embedded, applied)
    expect(expected.filter((row) => row.includes('"migration"'))).toHaveLength(LATEST)
    expect(expected.length).toBeGreaterThan(100)
    expect(await catalogueOf(embedded, printed)).toEqual(expected)
    expect(await migrate({ pool: embedded, schema: printed })).toEqual({ applied: [] })
  })

  it.each(versions)(
    'gives PostgreSQL the same tables as migrate does, from migration %i',
    async (version) => {
      if (pool === null) return expect(database).toBeNull()
      const [applied, printed] = [`by_migrate_${version}`, `by_script_${version}`]
      if (version > 0) for (const schema of [applied, printed]) await schemaAt(pool, schema, version)
      await migrate({ pool, schema: applied })
      await runScript(await script(printed, '--from', String(version)))
      expect(await catalogueOf(pool, printed)).toEqual(await catalogueOf(pool, applied))
      expect(await migrate({ pool, schema: printed })).toEqual({ applied: [] })
    },
  )

  it('changes what older versions stored as migrate does', async () => {
    // Migration 7 changes rows.
    const BEFORE_CHECKPOINTS = 6
    const schemas = ['rows_migrate', 'rows_script']
    for (const schema of schemas) {
      await schemaAt(embedded, schema, BEFORE_CHECKPOINTS)
      await embedded.query(`insert into "${schema}".runs (workspace_id, id, member_id, credential_id, face, tool, arguments_digest,
        correlation_id, started_at, begun_at, lease_ends_at, status, note, outcome)
        values ('ws_1', 'run_1', 'mem_1', 'key_1', 'mcp', 't', 'd', 'req_1', now(), now(), now(), 'failed', 'repeatable', '{"message":"a\\u0000}"}')`)
    }
    await migrate({ pool: embedded, schema: 'rows_migrate' })
    await embedded.exec(await script('rows_script', '--from', String(BEFORE_CHECKPOINTS)))
    const rows = await Promise.all(
      schemas.map((schema) => embedded.query(`select checkpoint, outcome::text from "${schema}".runs`)),
    )
    expect(rows.map((one) => one.rows)).toEqual([
      [{ checkpoint: null, outcome: '{"message":"a\\u0000}","repeatable":true}' }],
      [{ checkpoint: null, outcome: '{"message":"a\\u0000}","repeatable":true}' }],
    ])
  })

  it('changes nothing in a database that is at another migration', async () => {
    for (const [schema, at, from] of [
      ['ahead', 3, 2],
      ['behind', 2, 3],
      ['complete', LATEST, 0],
    ] as const) {
      await schemaAt(embedded, schema, at)
      const before = await catalogueOf(embedded, schema)
      await expect(embedded.exec(await script(schema, '--from', String(from)))).rejects.toThrow(
        `this script is for a database at migration ${from}; this one has {${ALL.slice(0, at).join(',')}}`,
      )
      await embedded.exec('rollback')
      expect(await catalogueOf(embedded, schema)).toEqual(before)
    }
  })

  it('gives what it makes to the role that is named', async () => {
    await embedded.exec(`create role "the ""app""" nologin; create schema owned authorization "the ""app"""`)
    await embedded.exec(await script('owned', '--role', 'the "app"'))
    const { rows } = await embedded.query(
      `select distinct tableowner from pg_tables where schemaname = 'owned'`,
    )
    expect(rows).toEqual([{ tableowner: 'the "app"' }])
  })

  it('is nothing from the last migration on', async () => {
    expect(await script('allv_mcp', '--from', String(LATEST))).toBe(
      `-- allv-mcp, schema allv_mcp: migration ${LATEST} is the last. There is nothing to do.\n`,
    )
  })
})

/** By psql where it is installed, as a person would. */
async function runScript(sql: string): Promise<void> {
  try {
    execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database?.url ?? ''], { input: sql })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    await pool?.query(sql)
  }
}

it('brings a server up to date, says where it is before and after, and then has nothing to do', async () => {
  const on = database === null ? ['--pglite', 'server'] : ['--schema', 'server']
  if (database === null) await (await PGlite.create(join(folder, 'server'))).close()
  const before = await run('--status', ...on)
  expect(before).toEqual({
    code: 1,
    out: `The database has no tables of allv-mcp; migrations 1 to ${LATEST} are missing.\n`,
    err: '',
  })
  expect(JSON.parse((await run('--status', '--json', ...on)).out)).toEqual({
    latest: LATEST,
    applied: [],
    missing: ALL,
  })
  const upToDate = `The database is up to date, at migration ${LATEST}.\n`
  expect(await run(...on)).toEqual({
    code: 0,
    out: `Applied migrations ${ALL.join(', ')}. ${upToDate}`,
    err: '',
  })
  expect(await run(...on)).toEqual({ code: 0, out: upToDate, err: '' })
  expect(await run('--status', ...on)).toEqual({ code: 0, out: upToDate, err: '' })
  expect(JSON.parse((await run('--json', ...on)).out)).toEqual({ applied: [], missing: [], latest: LATEST })
})

it('makes a database in a new folder of PGlite, with tables that the stores can use', async () => {
  const path = join(folder, 'deep', 'pglite')
  expect((await run('--pglite', path, '--json')).code).toBe(0)
  const opened = await PGlite.create(path)
  const { memory } = createPostgresAdapters({ pool: opened })
  await memory.put('ws', { key: 'tone', text: 'formal' })
  expect(await memory.history({ workspaceId: 'ws', key: 'tone' })).toHaveLength(1)
  await opened.close()
  expect((await run('--status', '--pglite', join(folder, 'none'))).code).toBe(2)
  expect(existsSync(join(folder, 'none'))).toBe(false)
})

it('says that a database is behind, or newer than this version, and leaves a newer one as it is', async () => {
  const path = join(folder, 'newer')
  const opened = await PGlite.create(path)
  await schemaAt(opened, 'behind', 2)
  await schemaAt(opened, 'newer', LATEST)
  await opened.query(`insert into newer.migrations values (999, 'of tomorrow', now())`)
  await opened.close()
  expect(await run('--status', '--pglite', path, '--schema', 'behind')).toMatchObject({
    code: 1,
    out: `The database is at migration 2; missing: ${ALL.slice(2).join(', ')}.\n`,
  })
  for (const words of [['--status'], []])
    expect(await run(...words, '--pglite', path, '--schema', 'newer')).toMatchObject({
      code: 0,
      out: `The database is at migration 999, which is newer than this version of allv-mcp (${LATEST}). It is left as it is.\n`,
    })
})

it('says what the database refused, and leaves nothing behind', async () => {
  const path = join(folder, 'refused')
  const opened = await PGlite.create(path)
  await opened.exec('create schema taken; create table taken.members (id int)')
  await opened.close()
  expect(await run('--pglite', path, '--schema', 'taken')).toEqual({
    code: 1,
    out: '',
    err: 'the PGlite folder refused: relation "members" already exists\n',
  })
  expect((await run('--status', '--pglite', path, '--schema', 'taken')).code).toBe(1)
})

it('ends with exit code 3 where the database is down, and prints no password', async () => {
  const env = { DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/app' }
  for (const words of [[], ['--status'], ['--json']]) {
    const { code, out, err } = await runCli(['migrate', ...words], { env })
    expect([code, out, err.includes('hunter2')]).toEqual([3, '', false])
    expect(err).toMatch(/^cannot connect to the database of DATABASE_URL \(/)
  }
})

it.each([
  [['--print', '--status'], 'give --status or --print, not both'],
  [['--print', '--json'], '--print takes no database and no --json'],
  [['--print', '--pglite', 'x'], '--print takes no database and no --json'],
  [['--print', '--database-url-env', 'X'], '--print takes no database and no --json'],
  [['--print', '--from', '-1'], "Option '--from' argument is ambiguous"],
  [['--print', '--from', 'x'], `--from must be a whole number from 0 to ${LATEST}`],
  [['--print', '--from', String(LATEST + 1)], `--from must be a whole number from 0 to ${LATEST}`],
  [['--print', '--role', ''], '--role must not be empty'],
  [['--print', '--schema', 'a; drop'], '--schema must be 1 to 40 lower-case letters'],
  [['--from', '1'], '--from and --role go with --print'],
  [['--status', '--role', 'app'], '--from and --role go with --print'],
  [['now'], 'unexpected argument: now'],
])('refuses %j with exit code 2', async (words, message) => {
  const { code, out, err } = await run(...words)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
})
