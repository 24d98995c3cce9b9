/** `allv-mcp/testing`: in-memory adapters for tests and examples, and the contract suites for every adapter. */

export { type ApiKeysHarness, apiKeysContract } from './contracts/api-keys.js'
export { approvalsContract } from './contracts/approvals.js'
export type { ApprovalsHarness } from './contracts/approvals-harness.js'
export { type AuditHarness, auditContract } from './contracts/audit.js'
export { type EventsHarness, eventsContract } from './contracts/events.js'
export { type FeaturesHarness, featuresContract } from './contracts/features.js'
export { type MembersHarness, membersContract } from './contracts/members.js'
export { type MemoryHarness, memoryContract } from './contracts/memory.js'
export { type PolicyHarness, policyContract } from './contracts/policy.js'
export { type PromptsHarness, promptsContract } from './contracts/prompts.js'
export { type ResourcesHarness, resourcesContract } from './contracts/resources.js'
export { runsContract } from './contracts/runs.js'
export type { RunsHarness } from './contracts/runs-lease-cases.js'
export { type ToolsHarness, toolsContract } from './contracts/tools.js'
export type { ContractRunner } from './harness/runner.js'
export { createInMemoryAdapters, type InMemoryAdapters, type InMemorySeed } from './in-memory/adapters.js'
export { createInMemoryApiKeys, type InMemoryApiKeys, type StoredApiKey } from './in-memory/api-keys.js'
export {
  createInMemoryApprovals,
  type InMemoryApprovals,
  type InMemoryApprovalsOptions,
} from './in-memory/approvals.js'
export { createInMemoryAudit, type InMemoryAudit } from './in-memory/audit.js'
export { createInMemoryFeatures, type FlagSeed, type InMemoryFeatures } from './in-memory/features.js'
export { createInMemoryMembers, type InMemoryMembers } from './in-memory/members.js'
export { createInMemoryMemory, type InMemoryMemory, type MemorySeed } from './in-memory/memory.js'
export { createInMemoryRuns, type InMemoryRuns } from './in-memory/runs.js'
export {
  defineVerification,
  type Probe,
  type Verification,
  type VerifiedAdapter,
  type VerifiedAdapters,
  type VerifiedApp,
  type VerifiedHost,
  type WantedKey,
} from './verification.js'
