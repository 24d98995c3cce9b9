/** API keys in PostgreSQL. Only digests are stored, so a key is shown once, when it is created. */

import { assertFilled } from '../adapter-kit/identity-shape.js'
import { storableKey } from '../adapter-kit/identity-text.js'
import { assertKnownOptions } from '../adapter-kit/known-options.js'
import { storableTime } from '../adapter-kit/storable.js'
import type { ApiKeyRecord, ApiKeysAdapter } from '../adapters/api-keys.js'
import { generateApiKey } from '../foundation/crypto/api-key.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import type { Database } from './database/database.js'
import { canBeThere, dateOf, dateOrNull, type Stored, selectList } from './database/fields.js'

/** A key as it is listed: everything but the secret. */
export interface ApiKeyInfo extends Omit<ApiKeyRecord, 'digest' | 'valid'> {
  /** At most 200 characters. */
  readonly name: string
  /** By the clock of the database. */
  readonly createdAt: Date
  /** Mode and last characters, to tell keys apart: `sk_live_…a1B2`. `null` for keys that were created from a digest. */
  readonly hint: string | null
  /** The id of the key that this one replaces. `null`: none. */
  readonly replaces: string | null
  /** Exact to a minute. `null`: never. Use of an expired or revoked key does not count. */
  readonly lastUsedAt: Date | null
}

/** A key to create. */
export interface NewApiKey {
  /** The workspace that the key opens. */
  readonly workspaceId: string
  /** At most 200 characters are kept, with U+FFFD for control and bidi characters. */
  readonly name: string
  /** What the key may do, such as `memory:read` or `*`. */
  readonly scopes: readonly string[]
  /** `'any'` member of the workspace, or the ids of the members that the key may act for. */
  readonly members: 'any' | readonly string[]
  /** A time of the years 1 to 9999. Default `null`: it does not expire. */
  readonly expiresAt?: Date | null
  /** Default `live`. */
  readonly mode?: 'live' | 'test'
  /** The digest of a key that was made elsewhere: SHA-256, 64 lower-case hex digits. Left out: a new key is made. */
  readonly digest?: string
  /** Default: a new id. */
  readonly id?: string
}

interface KeyQuery {
  readonly workspaceId: string
  readonly id: string
}

/** A key that was just created. */
export interface IssuedApiKey {
  /** The id of the key. */
  readonly id: string
  /** The secret. It is not stored, so it can be shown only now. `null` when a digest was given. */
  readonly key: string | null
}

/**
 * API keys in PostgreSQL, with methods for a host's administration page.
 *
 * @example
 * const { id, key } = await stores.apiKeys.create({ workspaceId: 'ws_acme', name: 'Cursor', scopes: ['memory:*'], members: 'any' })
 * await stores.apiKeys.rotate({ workspaceId: 'ws_acme', id, overlapMs: 60_000 })
 */
export interface PostgresApiKeys extends ApiKeysAdapter {
  /** Creates a key. Rejects with a TypeError for an unknown option, and for an id, a grant or an expiry that cannot be stored. */
  create(key: NewApiKey): Promise<IssuedApiKey>
  /**
   * Creates a key with the same grant as the old one. The old one still works for `overlapMs` (milliseconds, 0 to ten years, rounded up; default
   * 0: it ends now), so that clients can be changed one by one. `null`: there is no such key, or it is revoked or expired already.
   */
  rotate(query: KeyQuery & { readonly overlapMs?: number }): Promise<IssuedApiKey | null>
  /**
   * Revokes a key, now or at `at`. Its next request after that is refused, on every node. An earlier end that is set already stays. Gives
   * whether there was such a key.
   */
  revoke(query: KeyQuery & { readonly at?: Date }): Promise<boolean>
  /** Lists the keys of a workspace, newest first. */
  list(query: { readonly workspaceId: string }): Promise<readonly ApiKeyInfo[]>
}

type KeyRow = ApiKeyRecord & Pick<ApiKeyInfo, 'name' | 'createdAt'>

const USED_EVERY_MS = 60_000

const MAX_OVERLAP_MS = 10 * 366 * 24 * 60 * 60_000

/** Compares with the clock of the database, which wrote most of these times. Clocks of nodes may differ from it. */
const VALID = `(revoked_at is null or revoked_at > statement_timestamp())
  and (expires_at is null or expires_at > statement_timestamp())`

const FIELDS = selectList([
  'id',
  'workspaceId',
  'name',
  'scopes',
  'members',
  'createdAt',
  'expiresAt',
  'revokedAt',
])

export function createPostgresApiKeys(
  database: Database,
  onError: (error: unknown) => void,
): PostgresApiKeys {
  const { schemaPrefix, query } = database
  const touch = createTouch(database, onError)
  return {
    async findByDigest({ digest }) {
      if (!/^[0-9a-f]{64}$/.test(digest)) return null
      const [row] = await query<Stored<KeyRow>>(
        `select row_to_json(key)::text as row from (select ${FIELDS}, digest, ${VALID} as valid from ${schemaPrefix}api_keys where digest = $1) key`,
        [digest],
      )
      if (row === undefined) return null
      if (row.valid === true) touch(row)
      return toRecord(row)
    },
    create: (key) => createKey(database, key),
    rotate: (rotation) => rotateKey(database, rotation),
    revoke: (revocation) => revokeKey(database, revocation),
    async list({ workspaceId }) {
      if (!canBeThere(workspaceId)) return []
      const rows = await query<Stored<ApiKeyInfo>>(
        `select row_to_json(key)::text as row from (
           select ${FIELDS}, hint, replaces, ${selectList(['lastUsedAt'])} from ${schemaPrefix}api_keys
           where workspace_id = $1 order by created_at desc, id) key`,
        [workspaceId],
      )
      return rows.map((row) => ({ ...toRecord(row), lastUsedAt: dateOrNull(row.lastUsedAt) }))
    },
  }
}

function toRecord<T extends Stored<Pick<KeyRow, 'createdAt' | 'expiresAt' | 'revokedAt'>>>(row: T) {
  return {
    ...row,
    createdAt: dateOf(row.createdAt),
    expiresAt: dateOrNull(row.expiresAt),
    revokedAt: dateOrNull(row.revokedAt),
  }
}

const NEW_KEY = ['workspaceId', 'name', 'scopes', 'members', 'expiresAt', 'mode', 'digest', 'id']

async function createKey({ schemaPrefix, query }: Database, given: NewApiKey): Promise<IssuedApiKey> {
  assertKnownOptions(given, NEW_KEY, 'apiKeys.create')
  const wanted = withoutNulls(given)
  assertFilled(wanted, 'a key', ['name'])
  const { workspaceId, name, scopes, members, expiresAt = null, mode = 'live' } = storableKey(wanted)
  const id = wanted.id ?? `key_${crypto.randomUUID()}`
  const made = wanted.digest === undefined ? generateApiKey({ mode }) : null
  const digest = made?.digest ?? wanted.digest ?? ''
  if (!/^[0-9a-f]{64}$/.test(digest))
    throw new TypeError('a digest is 64 lower-case hex digits; digestApiKey makes one')
  await query(
    `insert into ${schemaPrefix}api_keys (workspace_id, id, digest, hint, name, scopes, members, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6::text::json, $7::text::json, statement_timestamp(), $8::timestamptz)`,
    [
      workspaceId,
      id,
      digest,
      made?.hint ?? null,
      name,
      JSON.stringify(scopes),
      JSON.stringify(members),
      expiresAt?.toISOString() ?? null,
    ],
  )
  return { id, key: made?.key ?? null }
}

async function revokeKey(
  { schemaPrefix, query }: Database,
  { workspaceId, id, at }: Parameters<PostgresApiKeys['revoke']>[0],
): Promise<boolean> {
  const end = at === undefined || at === null ? null : storableTime('at', at).toISOString()
  if (!canBeThere(workspaceId, id)) return false
  const revoked = await query(
    `update ${schemaPrefix}api_keys set revoked_at = least(revoked_at, coalesce($3::timestamptz, statement_timestamp()))
     where workspace_id = $1 and id = $2 returning 'true' as row`,
    [workspaceId, id, end],
  )
  return revoked.length > 0
}

async function rotateKey(
  { schemaPrefix, query }: Database,
  rotation: Parameters<PostgresApiKeys['rotate']>[0],
): Promise<IssuedApiKey | null> {
  assertKnownOptions(rotation, ['workspaceId', 'id', 'overlapMs'], 'apiKeys.rotate')
  const { workspaceId, id, overlapMs } = rotation
  const overlap = overlapOf(overlapMs ?? 0)
  if (!canBeThere(workspaceId, id)) return null
  const [old] = await query<{ readonly hint: string | null }>(
    `select row_to_json(key)::text as row from (select hint from ${schemaPrefix}api_keys where workspace_id = $1 and id = $2) key`,
    [workspaceId, id],
  )
  const next = `key_${crypto.randomUUID()}`
  const { key, digest, hint } = generateApiKey({ mode: old?.hint?.startsWith('sk_test_') ? 'test' : 'live' })
  const made = await query(
    `with old as (
       update ${schemaPrefix}api_keys set revoked_at = statement_timestamp() + $6::bigint * interval '1 millisecond'
       where workspace_id = $1 and id = $2 and revoked_at is null
         and (expires_at is null or expires_at > statement_timestamp()) returning *)
     insert into ${schemaPrefix}api_keys (workspace_id, id, digest, hint, name, scopes, members, created_at, expires_at, replaces)
     select workspace_id, $3, $4, $5, name, scopes, members, statement_timestamp(), expires_at, id from old
     returning 'true' as row`,
    [workspaceId, id, next, digest, hint, overlap],
  )
  return made.length === 0 ? null : { id: next, key }
}

function overlapOf(ms: number): number {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_OVERLAP_MS))
    throw new TypeError(`overlapMs must be a number of milliseconds from 0 to ${MAX_OVERLAP_MS}`)
  return Math.ceil(ms)
}

/** Stores when a key was last used, at most once a minute for each key. A request never waits for it. */
function createTouch(
  { schemaPrefix, query }: Database,
  onError: (error: unknown) => void,
): (key: { readonly workspaceId: string; readonly id: string }) => void {
  const touched = new Map<string, number>()
  return ({ workspaceId, id }) => {
    const name = JSON.stringify([workspaceId, id])
    const now = Date.now()
    if (now - (touched.get(name) ?? Number.NEGATIVE_INFINITY) < USED_EVERY_MS) return
    if (touched.size > 10_000) touched.clear()
    touched.set(name, now)
    query(
      `update ${schemaPrefix}api_keys set last_used_at = statement_timestamp() where workspace_id = $1 and id = $2
         and (last_used_at is null or last_used_at < statement_timestamp() - interval '1 minute')
         and ${VALID}`,
      [workspaceId, id],
    ).catch(onError)
  }
}
