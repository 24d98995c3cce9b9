/** The set of adapters that a host gives to the library. */

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
 * The host's adapters. `apiKeys`, `members` and `tools` are required. `null` for an optional adapter means that it is not given. `Extra`: the
 * type of `extra` of a member, see `Member`; `Adapters<Acme>` uses one type for all adapters.
 *
 * @example
 * const own: Adapters = { ...createPostgresAdapters({ pool }), tools }
 */
export interface Adapters<Extra = unknown> {
  /** Looks up API keys. */
  readonly apiKeys: ApiKeysAdapter
  /** Looks up the members of a workspace. */
  readonly members: MembersAdapter<Extra>
  /** Lists and calls the tools. If the host gives no `policy` and this adapter has an `evaluate`, it is also the policy. */
  readonly tools: ToolsAdapter<Extra> & Partial<PolicyAdapter<Extra>>
  /** Optional: the approval policy. Default: `tools`, if it has an `evaluate`; otherwise no call needs an approval. */
  readonly policy?: PolicyAdapter<Extra>
  /** Optional: stores approvals. Required if the policy may require an approval. A TypeError at start-up if there is no policy. */
  readonly approvals?: ApprovalsAdapter
  /** Optional: the workspace's memory. Without it there are no memory tools and no memory resources. */
  readonly memory?: MemoryAdapter<Extra>
  /** Optional: stores runs. Without it, runs are not stored, and calls with an idempotency key are refused. */
  readonly runs?: RunsAdapter
  /** Optional: stores audit events. Without it there is no audit log. */
  readonly audit?: AuditAdapter
  /** Optional: the feature flags. Without it, the library is enabled for every workspace. */
  readonly features?: FeaturesAdapter
  /** Optional: the host's prompts. Without it, prompts are not offered. */
  readonly prompts?: PromptsAdapter<Extra>
  /** Optional: the host's own resources, beside memory. */
  readonly resources?: ResourcesAdapter<Extra>
  /** Optional: carries events between nodes. Default: events stay in this process. */
  readonly events?: EventsAdapter
}
