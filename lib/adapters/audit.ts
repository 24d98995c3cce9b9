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
  | 'request.refused'
  /** `initialize` gave out a session. */
  | 'session.opened'
  | 'tools.listed'
  | 'memory.listed'
  /** Templates of memory, or with operation `resources/templates/list` of the host's own resources. */
  | 'templates.listed'
  | 'memory.read'
  | 'memory.changed'
  /** The host's own resources, one event for each page. */
  | 'resources.listed'
  | 'resource.read'
  | 'prompts.listed'
  | 'prompt.got'
  | 'completion.given'
  /** `hears` says what it was opened for. */
  | 'stream.opened'
  /** `outcome` says why. */
  | 'stream.closed'
  | 'run.started'
  | 'run.joined'
  | 'run.ended'
  /** The outcome of a task went to whoever asked for it: by `tasks/get`, or on a stream. */
  | 'task.shown'
  /** Somebody sent answers to a task. */
  | 'task.answered'
  /** Somebody asked that a task be cancelled. What became of it its run tells. */
  | 'task.cancel_requested'
  | 'approval.requested'
  /** The caller was told how to wait; `channel` says how: `task`, `form` or `url`. Otherwise the call's own answer tells. */
  | 'approval.presented'
  | 'approval.decided'
  | 'approval.consumed'
  /** A member looked at an approval of their own. `outcome` is its state, or `not_found`. */
  | 'approval.shown'

export interface AuditEvent {
  readonly id: string
  readonly at: Date
  readonly type: AuditEventType
  /** `null` until a credential has proved it; see `claimedWorkspaceId`. */
  readonly workspaceId: string | null
  /** What an unauthenticated request asked for, at most 200 characters. Whoever sent it may be anybody. */
  readonly claimedWorkspaceId?: string
  readonly memberId: string | null
  readonly credentialId: string | null
  /**
   * What `credentialId` names: an API key, or with `host` an integration of the host's own (`via` of `asMember`). `null` before
   * authentication; events that older versions wrote have none.
   */
  readonly credentialKind: Credential['kind'] | null
  /** `null`: the host's own side, such as the page where approvals are decided. */
  readonly face: Face | null
  readonly era: string | null
  readonly client: ClientInfo | null
  readonly correlationId: string
  /** What was done: `tools/call`, `memory/read`, … */
  readonly operation?: string
  /** At most 128 characters. */
  readonly tool?: string
  readonly runId?: string
  readonly approvalId?: string
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
  readonly resources: readonly string[]
  readonly resourceCount: number
  /** How many addresses and tasks were asked for, those included that it may not hear. */
  readonly asked: number
  readonly taskIds: readonly string[]
  readonly taskCount: number
}

/**
 * Promise: `append` resolves only when all of the events are durable, in the order given; events are never changed or removed by the library.
 * It rejects no event for its texts: what the store cannot hold (NUL, half a character) it keeps as U+FFFD, and lists by any filter go on.
 */
export interface AuditAdapter {
  append(events: readonly AuditEvent[]): Promise<void>
}
