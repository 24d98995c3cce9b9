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

/** What the host brings. `Extra`: the type of `extra` of a member, see `Member`; `Adapters<Acme>` holds all of them to one type. */
export interface Adapters<Extra = unknown> {
  readonly apiKeys: ApiKeysAdapter
  readonly members: MembersAdapter<Extra>
  readonly tools: ToolsAdapter<Extra>
  readonly memory: MemoryAdapter<Extra>
  readonly approvals: ApprovalsAdapter<Extra>
  /** Optional: without it runs are not kept, and calls with an idempotency key are refused. */
  readonly runs?: RunsAdapter
  /** Optional: without it there is no audit trail. */
  readonly audit?: AuditAdapter
  /** Optional: without it the router is on for every workspace. */
  readonly features?: FeaturesAdapter
  /** Optional: without it no prompts are offered. */
  readonly prompts?: PromptsAdapter<Extra>
  /** Optional: resources of the host's own, beside memory. */
  readonly resources?: ResourcesAdapter<Extra>
  /** Optional: news between nodes. Default: within this process. */
  readonly events?: EventsAdapter
}
