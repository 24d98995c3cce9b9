/** The whole set of adapters that a host brings. */

import type { ApiKeysAdapter } from './api-keys.js'
import type { ApprovalsAdapter } from './approvals.js'
import type { AuditAdapter } from './audit.js'
import type { EventsAdapter } from './events.js'
import type { FeaturesAdapter } from './features.js'
import type { MembersAdapter } from './members.js'
import type { MemoryAdapter } from './memory.js'
import type { PolicyAdapter } from './policy.js'
import type { PromptsAdapter } from './prompts.js'
import type { ResourcesAdapter } from './resources.js'
import type { RunsAdapter } from './runs.js'
import type { ToolsAdapter } from './tools.js'

/**
 * What the host brings. `apiKeys`, `members` and `tools` are required. `null` for an optional one means that it is not given. `Extra`: the
 * type of `extra` of a member, see `Member`; `Adapters<Acme>` holds all of them to one type.
 */
export interface Adapters<Extra = unknown> {
  /** Looks up API keys. */
  readonly apiKeys: ApiKeysAdapter
  /** Looks up the members of a workspace. */
  readonly members: MembersAdapter<Extra>
  /** Its `evaluate`, where it has one, is the policy of a host that gives no `policy`. */
  readonly tools: ToolsAdapter<Extra> & Partial<PolicyAdapter<Extra>>
  /** Optional: the approval policy. Default: that of `tools`; where it has none, no call needs an approval. */
  readonly policy?: PolicyAdapter<Extra>
  /** Optional: where approvals are stored. Required with a policy that may ask for one; a TypeError at start-up with no policy at all. */
  readonly approvals?: ApprovalsAdapter
  /** Optional: the workspace's memory. Without it there are no memory tools, and no memory among the resources. */
  readonly memory?: MemoryAdapter<Extra>
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
