/** `allv-mcp/testing`: in-memory adapters for tests and examples, and the contract suites that every adapter should pass. */

export { type ApiKeysHarness, apiKeysContract } from './api-keys-contract.js'
export { approvalsContract } from './approvals-contract.js'
export type { ApprovalsHarness } from './approvals-harness.js'
export { type AuditHarness, auditContract } from './audit-contract.js'
export type { ContractRunner } from './contract-runner.js'
export { type EventsHarness, eventsContract } from './events-contract.js'
export { type FeaturesHarness, featuresContract } from './features-contract.js'
export { createInMemoryAdapters, type InMemoryAdapters, type InMemorySeed } from './in-memory-adapters.js'
export { createInMemoryApiKeys, type InMemoryApiKeys, type StoredApiKey } from './in-memory-api-keys.js'
export {
  createInMemoryApprovals,
  type InMemoryApprovals,
  type InMemoryApprovalsOptions,
} from './in-memory-approvals.js'
export { createInMemoryAudit, type InMemoryAudit } from './in-memory-audit.js'
export { createInMemoryFeatures, type FlagSeed, type InMemoryFeatures } from './in-memory-features.js'
export { createInMemoryMembers, type InMemoryMembers } from './in-memory-members.js'
export { createInMemoryMemory, type InMemoryMemory, type MemorySeed } from './in-memory-memory.js'
export { createInMemoryRuns, type InMemoryRuns } from './in-memory-runs.js'
export { type MembersHarness, membersContract } from './members-contract.js'
export { type MemoryHarness, memoryContract } from './memory-contract.js'
export { type PromptsHarness, promptsContract } from './prompts-contract.js'
export { type ResourcesHarness, resourcesContract } from './resources-contract.js'
export { runsContract } from './runs-contract.js'
export type { RunsHarness } from './runs-lease-cases.js'
export { type ToolsHarness, toolsContract } from './tools-contract.js'
