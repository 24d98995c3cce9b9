/** `allv-mcp/testing`: in-memory adapters for tests and examples, and the contract suites that every adapter should pass. */

export type { ContractRunner } from './contract-runner.js'
export { type ApprovalsHarness, approvalsContract } from './contracts-approvals.js'
export { type MemoryHarness, memoryContract, type ToolsHarness, toolsContract } from './contracts-content.js'
export {
  type ApiKeysHarness,
  apiKeysContract,
  type FeaturesHarness,
  featuresContract,
  type MembersHarness,
  membersContract,
} from './contracts-identity.js'
export { type AuditHarness, auditContract, type RunsHarness, runsContract } from './contracts-records.js'
export { createInMemoryAdapters, type InMemoryAdapters, type InMemorySeed } from './in-memory-adapters.js'
export { createInMemoryApiKeys, type InMemoryApiKeys, type StoredApiKey } from './in-memory-api-keys.js'
export {
  createInMemoryApprovals,
  type Decision,
  type DecisionResult,
  type InMemoryApprovals,
  type InMemoryApprovalsOptions,
} from './in-memory-approvals.js'
export { createInMemoryAudit, type InMemoryAudit } from './in-memory-audit.js'
export { createInMemoryFeatures, type InMemoryFeatures } from './in-memory-features.js'
export { createInMemoryMembers, type InMemoryMembers } from './in-memory-members.js'
export { createInMemoryMemory, type InMemoryMemory, type MemorySeed } from './in-memory-memory.js'
export { createInMemoryRuns, type InMemoryRuns } from './in-memory-runs.js'
