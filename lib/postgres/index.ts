/** `allv-mcp/postgres`: adapters on PostgreSQL, or on PGlite in this process, with the same SQL. */

export type { NodeEvents } from '../adapter-kit/node-events.js'
export {
  createPostgresAdapters,
  type PostgresAdapters,
  type PostgresAdaptersOptions,
} from './adapters.js'
export type { ApiKeyInfo, IssuedApiKey, NewApiKey, PostgresApiKeys } from './api-keys.js'
export type { PostgresApprovals } from './approvals/approvals.js'
export type { ApprovalPage, ApprovalQuery } from './approvals/list.js'
export type { DatabaseOptions } from './database/database.js'
export { type Migrated, migrate } from './database/migrate.js'
export type { AnyPostgres, EmbeddedPostgres, PostgresClient, PostgresPool } from './database/pool.js'
export { createPostgresEvents, type PostgresEventsOptions } from './events/events.js'
export type { PostgresMembers } from './members.js'
export type { MemoryRevision, PostgresMemory } from './memory/memory.js'
export { type Pruned, type PruneOptions, prune } from './prune.js'
export { createPostgresRateLimiter, type PostgresRateLimiterOptions } from './rate-limiter.js'
export type { AuditPage, AuditQuery, PostgresAudit } from './records/audit.js'
export type { PostgresRuns } from './records/runs.js'
