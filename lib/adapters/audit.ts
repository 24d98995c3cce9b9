/**
 * The audit trail: append-only facts, each naming the credential and the member on whose behalf it acted. Texts that callers fill come as
 * one line, control and bidi characters as U+FFFD, and cut at a stated length.
 */

import type { ClientInfo, Face } from './principal.js'

export type AuditEventType =
  | 'request.refused'
  | 'tools.listed'
  | 'memory.listed'
  | 'memory.read'
  | 'memory.changed'
  | 'resource.read'
  | 'prompts.listed'
  | 'prompt.got'
  | 'stream.opened'
  | 'stream.closed'
  | 'run.started'
  | 'run.joined'
  | 'run.ended'
  | 'approval.requested'
  /** The caller was told how to wait; `channel` says how: `task`, `form` or `url`. Otherwise the call's own answer tells. */
  | 'approval.presented'
  | 'approval.decided'
  | 'approval.consumed'

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
  readonly code?: string
  /** Who decided an approval. */
  readonly decidedBy?: string
  /** Through what an approval was presented or decided. */
  readonly channel?: string
}

/**
 * Promise: `append` resolves only when all of the events are durable, in the order given; events are never changed or removed by the library.
 * It rejects no event for its texts: what the store cannot hold (NUL, half a character) it keeps as U+FFFD, and lists by any filter go on.
 */
export interface AuditAdapter {
  append(events: readonly AuditEvent[]): Promise<void>
}
