/** Says what `allv-mcp verify` verifies: a host's adapters, and its app. A module exports it. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision, DecisionResult } from '../adapters/approvals.js'
import type { PolicyAdapter } from '../adapters/policy.js'
import type { Member } from '../adapters/principal.js'
import type { ToolsAdapter } from '../adapters/tools.js'
import { isRecord } from '../foundation/json/guards.js'
import type { ApiKeysHarness } from './contracts/api-keys.js'
import type { ApprovalsHarness } from './contracts/approvals-harness.js'
import type { AuditHarness } from './contracts/audit.js'
import type { EventsHarness } from './contracts/events.js'
import type { FeaturesHarness } from './contracts/features.js'
import type { MembersHarness } from './contracts/members.js'
import type { MemoryHarness } from './contracts/memory.js'
import type { PolicyHarness } from './contracts/policy.js'
import type { PromptsHarness } from './contracts/prompts.js'
import type { ResourcesHarness } from './contracts/resources.js'
import type { RunsHarness } from './contracts/runs-lease-cases.js'
import type { ToolsHarness } from './contracts/tools.js'

/** One adapter to verify. */
export interface VerifiedAdapter<Harness, Part extends string = never> {
  /** Makes a fresh harness. It is called for each case, and the harness's `close` after it. */
  readonly create: () => Promise<Harness>
  /** The optional parts that the adapter does not have: the cases about them are skipped. A missing part that is not named fails. Default: none. */
  readonly lacks?: readonly Part[]
}

/** The adapters to verify. The contract suite of an adapter that is left out is skipped. */
export interface VerifiedAdapters {
  /** API keys. */
  readonly apiKeys?: VerifiedAdapter<ApiKeysHarness>
  /** Members. */
  readonly members?: VerifiedAdapter<MembersHarness, 'findBySubject'>
  /** The host's own tools. */
  readonly tools?: VerifiedAdapter<ToolsHarness, 'sample' | 'hidden'>
  /** The approval policy. */
  readonly policy?: VerifiedAdapter<PolicyHarness>
  /** Approvals. */
  readonly approvals?: VerifiedAdapter<ApprovalsHarness, 'extend' | 'wait'>
  /** Memory. */
  readonly memory?: VerifiedAdapter<MemoryHarness, 'update'>
  /** Runs. */
  readonly runs?: VerifiedAdapter<RunsHarness, 'extend'>
  /** The audit log. */
  readonly audit?: VerifiedAdapter<AuditHarness, 'filter'>
  /** Feature flags. */
  readonly features?: VerifiedAdapter<FeaturesHarness>
  /** Prompts. */
  readonly prompts?: VerifiedAdapter<PromptsHarness, 'hidden' | 'complete'>
  /** The host's own resources. */
  readonly resources?: VerifiedAdapter<ResourcesHarness, 'hidden' | 'templates'>
  /** Events between nodes. */
  readonly events?: VerifiedAdapter<EventsHarness>
}

/** What the app under verification uses in place of the host's own tools, so that each execution can be counted. */
export interface Probe {
  /** The tools, with their approval rule. Pass them as `adapters.tools`, and leave out `adapters.policy`. */
  readonly tools: ToolsAdapter & PolicyAdapter
  /** Options to spread into those of `createAllvMcpRouter`: short waits, and no rate limit. */
  readonly options: {
    /** How long a call waits for its decision, in milliseconds. */
    readonly approvalHoldMs: number
    /** The time limit of a tool, in milliseconds. */
    readonly toolTimeoutMs: number
    /** Many calls are made at the same time. */
    readonly rateLimit: false
  }
}

/** A key that the verification needs. */
export interface WantedKey {
  /** The workspace that the key gives access to. */
  readonly workspaceId: string
  /** The ids of the members that it may act for. */
  readonly members: readonly string[]
  /** The scopes that it grants. */
  readonly scopes: readonly string[]
}

/** The host's app, serving, and how the host changes what it stores. Each change must be in effect when the promise resolves. */
export interface VerifiedApp {
  /** What serves requests: an Express app, the router itself, or any listener of `node:http`. Or the URL of the mount point of an app that listens already. */
  readonly app:
    | string
    | ((req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => unknown)
  /** The path at which the app mounts the router, such as `/api`. Not for a URL. Default: none. */
  readonly mount?: string
  /** Stores a member. */
  addMember(member: Member<never>): Promise<void>
  /** Makes a key. Resolves with its id, and with the key itself as a client sends it. */
  issueKey(wanted: WantedKey): Promise<{
    /** The id of the key. */
    readonly id: string
    /** The key itself. */
    readonly key: string
  }>
  /** Revokes a key now. Without it, the cases about revoked keys are skipped. */
  revokeKey?(key: {
    /** The workspace of the key. */
    readonly workspaceId: string
    /** The id that `issueKey` gave. */
    readonly id: string
  }): Promise<void>
  /** Decides an approval, as the host's page does. Without it, the cases about approvals are skipped. */
  decide?(decision: Decision): Promise<DecisionResult>
  /** Puts a memory entry. Without it, the cases about memory are skipped. */
  putMemory?(workspaceId: string, key: string, text: string): Promise<void>
  /** Closes what the app opened. */
  close?(): Promise<void>
}

/** The host's app, for the guarantees that hold over HTTP. */
export interface VerifiedHost {
  /** Starts the app. Its data may be shared with earlier starts: the verification uses new workspaces each time. */
  readonly start: (probe: Probe) => Promise<VerifiedApp>
  /**
   * What the app does not have: the cases about it are skipped. `approvals`: it stores none. `durability`: its data ends with the process. `nodes`: a
   * second app cannot be started beside the first on the same data. Default: none, so that all of it is verified.
   */
  readonly lacks?: readonly ('approvals' | 'durability' | 'nodes')[]
}

/** What a module exports as default, for `allv-mcp verify MODULE`. */
export interface Verification {
  /** Adapters, for the contract suites. Default: none. */
  readonly adapters?: VerifiedAdapters
  /** The app, for the guarantees. Without it they are skipped. */
  readonly host?: VerifiedHost
  /** Releases what the module opened, such as a pool. It is called at the end. */
  readonly close?: () => Promise<void>
}

const ADAPTERS: readonly string[] = Object.keys({
  apiKeys: true,
  members: true,
  tools: true,
  policy: true,
  approvals: true,
  memory: true,
  runs: true,
  audit: true,
  features: true,
  prompts: true,
  resources: true,
  events: true,
} satisfies Record<keyof VerifiedAdapters, true>)

const HOST_PARTS: readonly string[] = ['approvals', 'durability', 'nodes']

/**
 * Checks what a module says, and gives it back. Throws a TypeError that names the mistake and the cure.
 *
 * @example
 * ```ts
 * import { createInMemoryApiKeys, defineVerification } from 'allv-mcp/testing'
 *
 * export default defineVerification({
 *   adapters: {
 *     apiKeys: {
 *       create: async () => {
 *         const adapter = createInMemoryApiKeys()
 *         return { adapter, add: async (key) => adapter.add(key), revoke: async (id, at) => void adapter.revoke(id, at) }
 *       },
 *     },
 *   },
 * })
 * ```
 */
export function defineVerification(verification: Verification): Verification {
  assertKeys('the verification', verification, ['adapters', 'host', 'close'])
  const { adapters = {}, host, close } = verification
  if (close !== undefined) assertFunction('close', close, 'async () => {}')
  assertKeys('adapters', adapters, ADAPTERS)
  for (const [name, adapter] of Object.entries(adapters)) {
    if (adapter === undefined) continue
    assertKeys(`adapters.${name}`, adapter, ['create', 'lacks'])
    assertFunction(`adapters.${name}.create`, adapter.create, 'async () => ({ adapter, … })')
  }
  if (host !== undefined) {
    assertKeys('host', host, ['start', 'lacks'])
    assertFunction('host.start', host.start, 'async (probe) => ({ app, addMember, issueKey, … })')
    const unknown = (host.lacks ?? []).find((part) => !HOST_PARTS.includes(part))
    if (unknown !== undefined)
      throw new TypeError(`host.lacks has no "${unknown}"; write one of ${HOST_PARTS.join(', ')}`)
  }
  return verification
}

function assertKeys(what: string, value: unknown, known: readonly string[]): void {
  if (!isRecord(value)) throw new TypeError(`${what} must be an object { ${known.join('?, ')}? }`)
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown !== undefined)
    throw new TypeError(`${what} has no "${unknown}"; write one of ${known.join(', ')}`)
}

function assertFunction(what: string, value: unknown, shape: string): void {
  if (typeof value !== 'function') throw new TypeError(`${what} must be a function: ${shape}`)
}
