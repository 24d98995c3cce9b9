/** The types of the Agent API: the agents that it makes, and what they can do. */

import type { Approval } from '../adapters/approvals.js'
import type { InputRequest, InputResponse } from '../adapters/input-requests.js'
import type { MemoryEntry, MemoryList } from '../adapters/memory.js'
import type { Member } from '../adapters/principal.js'
import type { ToolDefinition, ToolProgress } from '../adapters/tools.js'
import type { MemberSelector } from '../control-plane/request/stages.js'
import type { AgentOutcome } from './outcome.js'

/**
 * The Agent API of a control plane, made by `createAllvAgentApi`. It makes agents, each for one member.
 *
 * @example
 * const agent = await agents.withApiKey({ workspaceId: 'ws_acme', apiKey: 'sk_live_…', member: { email: 'ada@acme.test' } })
 * await agents.close()
 */
export interface AllvAgentApi {
  /**
   * Makes an agent for an API key. It checks the key, the feature flag, the member and the rate limit, as for an HTTP request. Rejects with an
   * AllvError if a check refuses. `member` may be left out for a key that acts for exactly one member. Rejects with a
   * TypeError for an unknown option, for a missing `workspaceId`, and for a `member` that is not an object of strings.
   */
  withApiKey(request: {
    readonly workspaceId: string
    readonly apiKey: string
    readonly member?: MemberSelector
  }): Promise<AllvAgent>
  /**
   * Makes an agent for an access token, as the endpoint for tokens would accept it: for the member that `members.findBySubject` gives. The token is
   * checked with each call of the agent, so the agent ends with it. A token that is bound to a key (DPoP) is refused, since there is no request to
   * prove. Rejects with an AllvError if a check refuses, and with a TypeError for an unknown option, for a missing `workspaceId`, and without the
   * option `oauth`.
   */
  withAccessToken(request: {
    /** The workspace. */
    readonly workspaceId: string
    /** The token, without `Bearer`. */
    readonly accessToken: string
  }): Promise<AllvAgent>
  /**
   * Makes an agent for a member without an API key: the host has authenticated the member. `via` names the host's integration: it is the id of
   * the credential in contexts, runs and audit events. `scopes` defaults to all. It checks the feature flag, the member and the rate limit. Rejects
   * with an AllvError if a check refuses. Rejects with a TypeError for an unknown option, for a missing `workspaceId`, `memberId` or `via`, and for
   * `scopes` that are not a list of strings.
   */
  asMember(request: {
    readonly workspaceId: string
    readonly memberId: string
    readonly via: string
    readonly scopes?: readonly string[]
  }): Promise<AllvAgent>
  /**
   * Closes this API. New calls reject with SHUTTING_DOWN. Waits for an approval end as pending, and input requests to `onInput` end without an
   * answer. Running tools finish. Resolves when nothing runs any more. May be called more than once; never rejects. The control plane stays open.
   */
  close(): Promise<void>
}

/** Answers the input requests of a tool. */
export type OnInput = (
  requests: Readonly<Record<string, InputRequest>>,
) => Promise<Readonly<Record<string, InputResponse>> | null>

/** Options of one `callTool`. All are optional; `null` means not given. */
export interface CallOptions {
  /** A repeat with the same key and arguments gets the outcome of the first call. Visible ASCII, at most 255 characters. */
  readonly idempotencyKey?: string
  /** Called with each progress report of the tool. */
  readonly onProgress?: (update: ToolProgress) => void
  /** Answers a tool's input requests, by their keys; `null`: no answer. Without it, a call that asks ends with CLIENT_CAPABILITY_REQUIRED. */
  readonly onInput?: OnInput
  /** Aborting it cancels the call. */
  readonly signal?: AbortSignal
}

/**
 * The operations of one member. Every method runs all admission checks again, so a revoked key or member is refused at the next call.
 *
 * @example
 * const outcome = await agent.callTool('deals.close', { id: 'deal_1' })
 * if (outcome.status === 'pending_approval') await agent.waitForApproval(outcome.approval.id)
 */
export interface AllvAgent {
  /** The member that the agent acts for, as it was when the agent was made. */
  readonly member: Member
  /** The tools that this member may use with this credential, with the built-in ones. Rejects with an AllvError if a check refuses. */
  listTools(): Promise<readonly ToolDefinition[]>
  /**
   * Calls a tool by its canonical name. Rejects with an AllvError if the call is refused before a run begins; later it resolves with the outcome.
   * Rejects with a TypeError for an unknown option.
   */
  callTool(name: string, args?: object, options?: CallOptions): Promise<AgentOutcome>
  /** One page of the memory entries. Empty if the host has no memory, or the credential does not have the scope `memory:read`. */
  listMemory(page?: { readonly cursor?: string }): Promise<MemoryList>
  /** One memory entry with its text. Rejects with MEMORY_NOT_FOUND if there is none that this member may read. */
  readMemory(key: string): Promise<MemoryEntry>
  /** The member's own approval. `null`: the id is unknown or of another member's approval, or the host has no approvals adapter. */
  getApproval(id: string): Promise<Approval | null>
  /** The approval when it is decided, or as it is after `timeoutMs` milliseconds (default: the option `approvalHoldMs`) or when `signal` aborts. */
  waitForApproval(
    id: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<Approval | null>
}
