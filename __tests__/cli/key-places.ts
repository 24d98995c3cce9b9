/** Databases in which `allv-mcp keys` is tested, and what a test knows of their keys. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { digestApiKey } from 'allv-mcp'
import { createPostgresAdapters, migrate, type PostgresAdapters } from 'allv-mcp/postgres'
import { openPostgres, type TestDatabase } from '../support/databases.js'
import { type Ran, runCli } from '../support/terminal.js'

export const PASSWORD = 'hunter2-of-the-database'
export const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-keys-'))
const postgres = await openPostgres()

export async function closePlaces(): Promise<void> {
  await postgres?.close()
  rmSync(folder, { recursive: true, force: true })
}

interface Place {
  readonly options: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Works with the stores themselves, while no command does. */
  with<T>(act: (stores: PostgresAdapters) => Promise<T>): Promise<T>
}

/** The server takes any password, so that a test can see whether it is printed. */
function onServer({ url, schema, node }: TestDatabase): Place {
  const address = new URL(url)
  address.password = PASSWORD
  const stores = createPostgresAdapters({ pool: node(), schema, onError: false })
  return {
    options: ['--schema', schema, '--database-url-env', 'MY_DATABASE'],
    env: { MY_DATABASE: address.href },
    with: (act) => act(stores),
  }
}

async function inFolder(): Promise<Place> {
  const path = join(folder, 'pglite')
  const pool = await PGlite.create(path)
  await migrate({ pool })
  await pool.close()
  return {
    options: ['--pglite', path],
    env: {},
    async with(act) {
      const opened = await PGlite.create(path)
      try {
        return await act(createPostgresAdapters({ pool: opened, onError: false }))
      } finally {
        await opened.close()
      }
    },
  }
}

export const places: readonly (readonly [string, Place])[] = [
  ...(postgres === null ? [] : [['PostgreSQL', onServer(postgres)] as const]),
  ['PGlite', await inFolder()],
]
/** The first of them. */
export const [, main] = places[0] ?? ['', await inFolder()]

export const secrets = new Set([PASSWORD])

/** No output of any command has a key that another one printed, a digest, or the password of the database. */
export async function runKeys(place: Place, ...words: readonly string[]): Promise<Ran> {
  const ran = await runCli(['keys', ...words, ...place.options], { env: place.env, cwd: folder })
  for (const secret of secrets) {
    expect(ran.out + ran.err).not.toContain(secret)
    expect(ran.out + ran.err).not.toContain(digestApiKey(secret))
  }
  return ran
}

interface Listed {
  readonly id: string
  readonly state: string
  readonly revokedAt: string | null
}

export interface Issued {
  readonly id: string
  readonly key: string
}

export async function create(place: Place, ...words: readonly string[]): Promise<Issued> {
  const { code, out, err } = await runKeys(place, 'create', '--json', '--name', 'Cursor', ...words)
  expect([code, err]).toEqual([0, ''])
  const issued = JSON.parse(out) as Issued
  secrets.add(issued.key)
  return issued
}

export async function list(place: Place, workspaceId: string): Promise<readonly Listed[]> {
  const { out } = await runKeys(place, 'list', '--workspace', workspaceId, '--json')
  return JSON.parse(out) as readonly Listed[]
}

export const works = (place: Place, { key }: Issued) =>
  place.with(async ({ apiKeys }) => (await apiKeys.findByDigest({ digest: digestApiKey(key) }))?.valid)

export const freshWorkspace = () => `ws_${crypto.randomUUID().slice(0, 8)}`
