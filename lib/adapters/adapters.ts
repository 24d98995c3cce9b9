/** The whole set of adapters that a host brings. */

import type { ApiKeysAdapter } from './api-keys.js'
import type { ApprovalsAdapter } from './approvals.js'
import type { AuditAdapter } from './audit.js'
import type { EventsAdapter } from './events.js'
import type { FeaturesAdapter } from './features.js'
import type { MembersAdapter } from './members.js'
import type { MemoryAdapter } from './memory.js'
import type { PromptsAdapter } from './prompts.js'
import type { ResourcesAdapter } from './resources.js'
import type { RunsAdapter } from './runs.js'
import type { ToolsAdapter } from './tools.js'

export interface Adapters {
  readonly apiKeys: ApiKeysAdapter
  readonly members: MembersAdapter
  readonly tools: ToolsAdapter
  readonly memory: MemoryAdapter
  readonly approvals: ApprovalsAdapter
  /** Optional: without it runs are not kept, and calls with an idempotency key are refused. */
  readonly runs?: RunsAdapter
  /** Optional: without it there is no audit trail. */
  readonly audit?: AuditAdapter
  /** Optional: without it the router is on for every workspace. */
  readonly features?: FeaturesAdapter
  /** Optional: without it no prompts are offered. */
  readonly prompts?: PromptsAdapter
  /** Optional: resources of the host's own, beside memory. */
  readonly resources?: ResourcesAdapter
  /** Optional: news between nodes. Default: within this process. */
  readonly events?: EventsAdapter
}
