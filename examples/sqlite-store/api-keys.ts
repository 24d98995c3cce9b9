/** API keys. Only digests are stored. */

import { type ApiKeyRecord, type ApiKeysAdapter, generateApiKey } from 'allv-mcp'
import { storableKey } from 'allv-mcp/adapter-kit'
import { changes, dateOf, dateOrNull, rowsOf, type Sqlite } from './sqlite.js'

type StoredKey = Omit<ApiKeyRecord, 'valid'> & { readonly digest: string; readonly createdAt: Date }
type NewKey = Pick<ApiKeyRecord, 'workspaceId' | 'scopes' | 'members'> & { readonly name: string }

export interface SqliteApiKeys extends ApiKeysAdapter {
  /** Makes a key. It is shown only now. */
  create(key: NewKey): Promise<{ readonly id: string; readonly key: string }>
  /** Stores a key that was made elsewhere. */
  add(key: StoredKey): Promise<void>
  /** Revokes a key, now or at a time. */
  revoke(id: string, at?: Date): Promise<void>
}

export function createSqliteApiKeys(db: Sqlite): SqliteApiKeys {
  const add: SqliteApiKeys['add'] = async (given) => {
    const { digest, id, createdAt, expiresAt, revokedAt, ...rest } = storableKey(given)
    changes(
      db,
      'insert into api_keys (digest, id, body, expires_at, revoked_at) values (?, ?, ?, ?, ?)',
      digest,
      id,
      JSON.stringify({ ...rest, createdAt: createdAt.getTime() }),
      expiresAt?.getTime() ?? null,
      revokedAt?.getTime() ?? null,
    )
  }
  return {
    add,
    async create(wanted) {
      const { key, digest } = generateApiKey()
      const id = `key_${crypto.randomUUID()}`
      await add({ ...wanted, id, digest, createdAt: new Date(), expiresAt: null, revokedAt: null })
      return { id, key }
    },
    async findByDigest({ digest }) {
      const [row] = rowsOf<Row>(db, `select ${KEY} as row from api_keys where digest = ?`, digest)
      return row === undefined ? null : toKey(row)
    },
    async revoke(id, at = new Date()) {
      changes(db, 'update api_keys set revoked_at = ? where id = ?', at.getTime(), id)
    },
  }
}

interface Row {
  readonly digest: string
  readonly id: string
  readonly body: string
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

const KEY = `json_object('digest', digest, 'id', id, 'body', body, 'expiresAt', expires_at, 'revokedAt', revoked_at)`

/** Without `valid`: this store is on the machine of its node, and has the same clock. */
function toKey({ digest, id, body, expiresAt, revokedAt }: Row): ApiKeyRecord {
  const { createdAt, ...rest }: Omit<StoredKey, 'createdAt'> & { createdAt: number } = JSON.parse(body)
  return {
    ...rest,
    id,
    digest,
    createdAt: dateOf(createdAt),
    expiresAt: dateOrNull(expiresAt),
    revokedAt: dateOrNull(revokedAt),
  }
}
