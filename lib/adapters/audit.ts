/**
 * The audit trail: append-only facts, each naming the credential and the member on whose behalf it acted. Texts that callers fill come as
 * one line, control and bidi characters as U+FFFD, and cut at a stated length.
 */

import type { ErrorCode } from '../foundation/errors/catalogue.js'
import type { ClientInfo, Credential, Face } from './principal.js'

/**
 * Each operation has its event, and each refusal is one `request.refused` with its `code`:
 *
 * | when | which refusals are kept |
 * | --- | --- |
 * | before authentication | `UNAUTHENTICATED`, `CREDENTIALS_AMBIGUOUS`, `MEMBER_AMBIGUOUS` (a header sent twice), `ORIGIN_NOT_ALLOWED`: they try identities. Such an event names nobody, and only `claimedWorkspaceId` |
 * | after it | all of them: gates and limits, form of the request, headers, methods, params, handles (cursors, sessions, tasks, request states) of somebody else, outages |
 *
 * A batch that is refused as a whole is one refusal. `ping`, `server/discover`, notifications and polls of a task that still works leave no event.
 */
export type AuditEventType =
  /** A request was refused, or failed; `code` says how. */
  | 'request.refused'
  /** `initialize` gave out a session. */
  | 'session.opened'
  /** A member saw a page of tools. */
  | 'tools.listed'
  /** A member saw a page of entries of memory. */
  | 'memory.listed'
  /** Templates of memory, or with operation `resources/templates/list` of the host's own resources. */
  | 'templates.listed'
  /** A member read an entry of memory. */
  | 'memory.read'
  /** A member changed an entry of memory. */
  | 'memory.changed'
  /** The host's own resources, one event for each page. */
  | 'resources.listed'
  /** A member read a resource of the host. */
  | 'resource.read'
  /** A member saw a page of prompts. */
  | 'prompts.listed'
  /** A member got a prompt. */
  | 'prompt.got'
  /** A member got completions. */
  | 'completion.given'
  /** `hears` says what it was opened for. */
  | 'stream.opened'
  /** `outcome` says why. */
  | 'stream.closed'
  /** A run has begun; its tool has not been called yet. */
  | 'run.started'
  /** A repeat of a call found the run that there was. */
  | 'run.joined'
  /** A run has ended; `outcome` says how. */
  | 'run.ended'
  /** The outcome of a task went to whoever asked for it: by `tasks/get`, or on a stream. */
  | 'task.shown'
  /** Somebody sent answers to a task. */
  | 'task.answered'
  /** Somebody asked that a task be cancelled. What became of it its run tells. */
  | 'task.cancel_requested'
  /** An approval was asked for. */
  | 'approval.requested'
  /** The caller was told how to wait; `channel` says how: `task`, `form` or `url`. Otherwise the call's own answer tells. */
  | 'approval.presented'
  /** A person decided an approval. */
  | 'approval.decided'
  /** A run took an approval, and executes the call. */
  | 'approval.consumed'
  /** A member looked at an approval of their own. `outcome` is its state, or `not_found`. */
  | 'approval.shown'

/** One fact. What is not known, or does not apply, is left out or `null`. */
export interface AuditEvent {
  /** Made by the library, 132 random bits. */
  readonly id: string
  /** When, by the clock of the node. */
  readonly at: Date
  /** What happened. */
  readonly type: AuditEventType
  /** `null` until a credential has proved it; see `claimedWorkspaceId`. */
  readonly workspaceId: string | null
  /** What an unauthenticated request asked for, at most 200 characters. Whoever sent it may be anybody. */
  readonly claimedWorkspaceId?: string
  /** The member on whose behalf. `null` until one was selected. */
  readonly memberId: string | null
  /** The credential. `null` before authentication. */
  readonly credentialId: string | null
  /**
   * What `credentialId` names: an API key, or with `host` an integration of the host's own (`via` of `asMember`). `null` before
   * authentication; events that older versions wrote have none.
   */
  readonly credentialKind: Credential['kind'] | null
  /** `null`: the host's own side, such as the page where approvals are decided. */
  readonly face: Face | null
  /** The MCP protocol version in use. `null`: none, as with the Agent API. */
  readonly era: string | null
  /** What the client says of itself. `null`: nothing. */
  readonly client: ClientInfo | null
  /** The request that it belongs to. */
  readonly correlationId: string
  /** What was done: `tools/call`, `memory/read`, … */
  readonly operation?: string
  /** At most 128 characters. */
  readonly tool?: string
  /** The run that it is about. */
  readonly runId?: string
  /** The approval that it is about. */
  readonly approvalId?: string
  /** SHA-256 of the arguments of the call. */
  readonly argumentsDigest?: string
  /** At most 512 characters. */
  readonly memoryKey?: string
  /** At most 2048 characters. */
  readonly resourceUri?: string
  /** At most 128 characters. */
  readonly prompt?: string
  /** Run status or decision. */
  readonly outcome?: string
  /** Error code of a refusal or failure. */
  readonly code?: ErrorCode
  /**
   * Why a refusal that the caller cannot tell from "not found" was one: `scope_missing: <scopes>`, `not_visible`, `unknown_tool`,
   * `unknown_prompt`, or `unknown_or_not_visible` where the tools adapter does not say which.
   */
  readonly reason?: string
  /** Who decided an approval. */
  readonly decidedBy?: string
  /** Through what an approval was presented or decided. */
  readonly channel?: string
  /** What a stream was opened for. */
  readonly hears?: AuditedFilter
}

/** What a listener may hear. The first 20 addresses and 50 tasks, each address cut to 200 characters; the counts are whole. */
export interface AuditedFilter {
  /** Changes of whole lists: `tools`, `prompts`, `resources`. */
  readonly lists: readonly string[]
  /** Addresses of resources. */
  readonly resources: readonly string[]
  /** How many addresses there are in all. */
  readonly resourceCount: number
  /** How many addresses and tasks were asked for, those included that it may not hear. */
  readonly asked: number
  /** Tasks. */
  readonly taskIds: readonly string[]
  /** How many tasks there are in all. */
  readonly taskCount: number
}

/** Keeps the audit log. The library never changes or removes an event. */
export interface AuditAdapter {
  /**
   * Resolves only when all of the events are durable, in the order given. Rejects no event for its texts: what the store cannot hold
   * (NUL, half a character) it keeps as U+FFFD, and lists by any filter go on.
   */
  append(events: readonly AuditEvent[]): Promise<void>
}
