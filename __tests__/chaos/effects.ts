/** What tools really did. The tools write it themselves, apart from the library's records, so that both can be compared. */

import type { Pool } from 'pg'

export interface Effect {
  readonly runId: string
  readonly approvalId: string | null
  readonly token: string
}

export async function createEffects(pool: Pool): Promise<void> {
  await pool.query(
    'create table effects (run_id text not null, approval_id text, token text not null, at timestamptz not null default clock_timestamp())',
  )
}

export async function recordEffect(pool: Pool, { runId, approvalId, token }: Effect): Promise<void> {
  await pool.query('insert into effects (run_id, approval_id, token) values ($1, $2, $3)', [
    runId,
    approvalId,
    token,
  ])
}
