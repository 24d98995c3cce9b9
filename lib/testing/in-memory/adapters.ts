/** Makes all adapters in memory, for tests and examples only: they store nothing durably and share nothing between nodes. */

import { assertKnownOptions } from '../../adapter-kit/known-options.js'
import { assertNoRule } from '../../adapter-kit/no-rule.js'
import type { PolicyAdapter } from '../../adapters/policy.js'
import type { Member } from '../../adapters/principal.js'
import type { ToolsAdapter } from '../../adapters/tools.js'
import { createInMemoryApiKeys, type InMemoryApiKeys, type StoredApiKey } from './api-keys.js'
import { createInMemoryApprovals, type InMemoryApprovals } from './approvals.js'
import { createInMemoryAudit, type InMemoryAudit } from './audit.js'
import { createInMemoryFeatures, type FlagSeed, type InMemoryFeatures } from './features.js'
import type { Clock } from './keyed.js'
import { createInMemoryMembers, type InMemoryMembers } from './members.js'
import { createInMemoryMemory, type InMemoryMemory, type MemorySeed } from './memory.js'
import { createInMemoryRuns, type InMemoryRuns } from './runs.js'

/**
 * What in-memory adapters contain at first. `Extra`: the type of `extra` of a member, see `Member`.
 *
 * @example
 * const seed: InMemorySeed = { memory: { ws_acme: [{ key: 'tone', text: 'formal' }] }, flags: { mcp_server_v1: { ws_globex: false } } }
 */
export interface InMemorySeed<Extra = unknown> {
  /** API keys, by their digests. Default: none. */
  readonly apiKeys?: readonly StoredApiKey[]
  /** Members. Default: none. */
  readonly members?: readonly Member<Extra>[]
  /** Memory entries by workspace id. Default: none. */
  readonly memory?: Readonly<Record<string, readonly MemorySeed[]>>
  /** Default: no tools, and a policy that allows the built-in ones. */
  readonly tools?: InMemoryAdapters<Extra>['tools']
  /** Flags by workspace. Default: every flag is on everywhere. */
  readonly flags?: FlagSeed
  /** The clock that decides when keys, approvals and leases of runs end. Default: the real time. */
  readonly clock?: Clock
}

/** The adapters. `Extra`: the type of `extra` of a member, see `Member`. */
export interface InMemoryAdapters<Extra = unknown> {
  /** API keys. */
  readonly apiKeys: InMemoryApiKeys
  /** Members. */
  readonly members: InMemoryMembers<Extra>
  /** The tools of the seed. */
  readonly tools: ToolsAdapter<Extra> & Partial<PolicyAdapter<Extra>>
  /** Memory. */
  readonly memory: InMemoryMemory
  /** Approvals. */
  readonly approvals: InMemoryApprovals
  /** Runs. */
  readonly runs: InMemoryRuns
  /** The audit log. */
  readonly audit: InMemoryAudit
  /** Feature flags. */
  readonly features: InMemoryFeatures
}

const NO_TOOLS: ToolsAdapter & PolicyAdapter = {
  list: async () => [],
  call: async ({ workspaceId }) => {
    throw new TypeError(`there are no tools in ${workspaceId}`)
  },
  evaluate: async () => ({ verdict: 'allow' }),
  needsApprovals: false,
}

/**
 * Makes adapters in memory, for tests and examples. They store nothing durably.
 *
 * @example
 * const key = 'sk_test_only'
 * const adapters = createInMemoryAdapters({
 *   apiKeys: [
 *     { id: 'key_1', workspaceId: 'ws_acme', scopes: ['*'], members: 'any', expiresAt: null, revokedAt: null, digest: digestApiKey(key) },
 *   ],
 *   members: [{ id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true }],
 *   tools,
 * })
 */
export function createInMemoryAdapters<Extra = unknown>(
  seed: InMemorySeed<Extra> = {},
): InMemoryAdapters<Extra> {
  assertSeed(seed)
  const { clock = () => new Date() } = seed
  const audit = createInMemoryAudit()
  const memory = createInMemoryMemory({ clock })
  for (const [workspaceId, entries] of Object.entries(seed.memory ?? {})) {
    for (const entry of entries) memory.put(workspaceId, entry)
  }
  return {
    apiKeys: createInMemoryApiKeys(seed.apiKeys, seed.clock === undefined ? {} : { clock }),
    members: createInMemoryMembers(seed.members),
    tools: seed.tools ?? NO_TOOLS,
    memory,
    approvals: createInMemoryApprovals({ audit, clock }),
    runs: createInMemoryRuns({ clock }),
    audit,
    features: createInMemoryFeatures(seed.flags),
  }
}

const SEEDS = ['apiKeys', 'members', 'memory', 'tools', 'flags', 'clock']

/** A wrong seed would show as refused requests, which do not say why. */
function assertSeed(seed: InMemorySeed): void {
  assertNoRule(seed, 'createInMemoryAdapters')
  assertKnownOptions(seed, SEEDS, 'createInMemoryAdapters')
  for (const name of ['apiKeys', 'members'] as const) {
    if (seed[name] !== undefined && !Array.isArray(seed[name]))
      throw new TypeError(`${name} of createInMemoryAdapters must be a list`)
  }
  if (Array.isArray(seed.tools))
    throw new TypeError('tools of createInMemoryAdapters is a list; pass createToolProvider([…]) with it')
}
