/** Runs every contract that PostgreSQL adapters have on one store. */

import { type AnyPostgres, createPostgresAdapters, type PostgresAdapters } from 'allv-mcp/postgres'
import {
  apiKeysContract,
  approvalsContract,
  auditContract,
  eventsContract,
  membersContract,
  memoryContract,
  runsContract,
} from 'allv-mcp/testing'

const runner = { describe, it }
const at = (date: Date | null) => date?.toISOString() ?? null

export interface Store {
  readonly pool: AnyPostgres
  readonly schema: string
  readonly adapters: PostgresAdapters
  /** The same store as another node has it. */
  readonly peer: PostgresAdapters
}

export function createStore(options: {
  pool: AnyPostgres
  peerPool?: AnyPostgres
  schema: string
  groupCommit?: boolean
}): Store {
  const { pool, peerPool = pool, ...rest } = options
  return {
    pool,
    schema: rest.schema,
    adapters: createPostgresAdapters({ ...rest, pool }),
    peer: createPostgresAdapters({ ...rest, pool: peerPool }),
  }
}

export function storeContracts({ pool, schema, adapters, peer }: Store): void {
  const { apiKeys, members, memory, approvals, events } = adapters
  apiKeysContract(runner, async () => ({
    adapter: apiKeys,
    async add(key) {
      const { createdAt: _, revokedAt: __, ...wanted } = key
      await apiKeys.create(wanted)
      await pool.query(
        `update "${schema}".api_keys set created_at = $2, expires_at = $3, revoked_at = $4 where id = $1`,
        [key.id, at(key.createdAt), at(key.expiresAt), at(key.revokedAt)],
      )
    },
    async revoke(id, when) {
      await pool.query(`update "${schema}".api_keys set revoked_at = $2 where id = $1`, [id, at(when)])
    },
  }))
  membersContract(runner, async () => ({ adapter: members, add: members.put, link: members.link }))
  memoryContract(runner, async () => ({
    adapter: memory,
    put: (workspaceId, key, text) => memory.put(workspaceId, { key, text }),
  }))
  recordContracts({ adapters })
  approvalsContract(runner, async () => ({
    adapter: approvals,
    decide: approvals.decide,
    waiting: approvals.waiting,
  }))
  eventsContract(runner, async () => ({
    adapter: events,
    peer: peer.events,
    ready: async () => void (await Promise.all([events.ready(), peer.events.ready()])),
  }))
}

export function decidedElsewhereContract({ adapters, peer }: Store): void {
  const { approvals } = adapters
  approvalsContract(runner, async () => ({
    adapter: approvals,
    decide: peer.approvals.decide,
    waiting: approvals.waiting,
  }))
}

/** Those that go through the journal. */
export function recordContracts({ adapters }: Pick<Store, 'adapters'>): void {
  const { runs, audit } = adapters
  runsContract(runner, async () => ({ adapter: runs }))
  auditContract(runner, async () => ({
    adapter: audit,
    read: (id) => allEvents(adapters, id),
    filter: async (workspaceId, fact) =>
      (await audit.list({ workspaceId, ...fact, limit: 1000, cursor: null })).events,
  }))
}

/** Oldest first. */
export async function allEvents({ audit }: PostgresAdapters, workspaceId: string | null) {
  const events = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof audit.list>> = await audit.list({ workspaceId, limit: 50, cursor })
    events.push(...page.events)
    cursor = page.nextCursor
  } while (cursor !== null)
  return events.reverse()
}
