/** `allv-mcp/postgres`: adapters on PostgreSQL, or on PGlite in this process, with the same SQL. */

export type { NodeEvents } from '../node-events.js'
export {
  createPostgresAdapters,
  type PostgresAdapters,
  type PostgresAdaptersOptions,
} from './adapters.js'
export type { ApiKeyInfo, IssuedApiKey, NewApiKey, PostgresApiKeys } from './api-keys.js'
export type { ApprovalPage, ApprovalQuery } from './approval-list.js'
export type { PostgresApprovals } from './approvals.js'
export type { AuditPage, AuditQuery, PostgresAudit } from './audit.js'
export type { DatabaseOptions } from './database.js'
export { createPostgresEvents, type PostgresEventsOptions } from './events.js'
export type { PostgresMembers } from './members.js'
export type { MemoryRevision, PostgresMemory } from './memory.js'
export { type Migrated, migrate } from './migrate.js'
export type { AnyPostgres, EmbeddedPostgres, PostgresClient, PostgresPool } from './pool.js'
export { type Pruned, type PruneOptions, prune } from './prune.js'
export { createPostgresRateLimiter, type PostgresRateLimiterOptions } from './rate-limiter.js'
export type { PostgresRuns } from './runs.js'
