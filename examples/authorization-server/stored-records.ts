/** Sessions, clients, grants and tokens of the authorization server, in the app's database, so that a restart signs nobody out. */

import type { AnyPostgres } from 'allv-mcp/postgres'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { z } from 'zod'

const TABLE = `create table if not exists sales.sign_in_records (kind text, id text, payload text not null, grant_id text, uid text,
  user_code text, expires_at timestamptz, primary key (kind, id))`
const rows = z.array(z.object({ payload: z.string() }))

export type RecordsOf = (kind: string) => Adapter

/** Which kinds belong to a grant, and end with it, is for oidc-provider to say: it calls `revokeByGrantId` for each. */
export async function createStoredRecords(pool: AnyPostgres): Promise<RecordsOf> {
  await pool.query(TABLE)
  await pool.query('delete from sales.sign_in_records where expires_at < now()')
  return (kind) => recordsOf(pool, kind)
}

function recordsOf(pool: AnyPostgres, kind: string): Adapter {
  const findBy = async (column: 'id' | 'uid' | 'user_code', value: string) => {
    const found = await pool.query(
      `select payload from sales.sign_in_records where kind = $1 and ${column} = $2 and (expires_at is null or expires_at > now())`,
      [kind, value],
    )
    const [row] = rows.parse(found.rows)
    return row === undefined ? undefined : (JSON.parse(row.payload) as AdapterPayload)
  }
  return {
    find: (id) => findBy('id', id),
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (code) => findBy('user_code', code),
    async upsert(id, payload, expiresIn) {
      await pool.query(
        `insert into sales.sign_in_records (kind, id, payload, grant_id, uid, user_code, expires_at)
         values ($1, $2, $3, $4, $5, $6, now() + $7::float8 * interval '1 second')
         on conflict (kind, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
           user_code = excluded.user_code, expires_at = excluded.expires_at`,
        [
          kind,
          id,
          JSON.stringify(payload),
          payload.grantId ?? null,
          payload.uid ?? null,
          payload.userCode ?? null,
          expiresIn ?? null,
        ],
      )
    },
    async consume(id) {
      await pool.query(
        `update sales.sign_in_records set payload = (payload::jsonb || jsonb_build_object('consumed', floor(extract(epoch from now()))))::text
         where kind = $1 and id = $2`,
        [kind, id],
      )
    },
    async destroy(id) {
      await pool.query('delete from sales.sign_in_records where kind = $1 and id = $2', [kind, id])
    },
    async revokeByGrantId(grantId) {
      await pool.query('delete from sales.sign_in_records where kind = $1 and grant_id = $2', [kind, grantId])
    },
  }
}
