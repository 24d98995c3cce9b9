/**
 * The adapter that stores the audit log: append-only events with the credential and the member of each operation. Texts from callers are one
 * line, with U+FFFD for control and bidi characters, and cut at the length stated for each.
 */

import type { ErrorCode } from '../foundation/errors/catalogue.js'
import type { ClientInfo, Credential, Face } from './principal.js'

/**
 * What an event records. Each operation has its type. A refusal is one `request.refused` with its `code`:
 *
 * | when | which refusals are recorded |
 * | --- | --- |
 * | before authentication | `UNAUTHENTICATED`, `CREDENTIALS_AMBIGUOUS`, `MEMBER_AMBIGUOUS` (a header sent twice), `ORIGIN_NOT_ALLOWED`, because such requests try an identity. The event has no member and no credential, only `claimedWorkspaceId` |
 * | after authentication | all: admission checks and limits, invalid requests, headers, methods and params, handles (cursors, sessions, tasks, request states) of another caller, outages |
 *
 * A batch that is refused as a whole is one refusal. `ping`, `server/discover`, notifications, and polls of a task that still works have no event.
 */
export type AuditEventType =
  /** A request was refused, or failed; `code` says how. */
  | 'request.refused'
  /** `initialize` opened a session. */
  | 'session.opened'
  /** A page of tools was returned. */
  | 'tools.listed'
  /** A page of memory entries was returned. */
  | 'memory.listed'
  /** Memory templates were returned, or, with the operation `resources/templates/list`, templates of the host's own resources. */
  | 'templates.listed'
  /** A memory entry was read. */
  | 'memory.read'
  /** A memory entry was changed. */
  | 'memory.changed'
  /** A page of the host's own resources was returned. */
  | 'resources.listed'
  /** A resource of the host was read. */
  | 'resource.read'
  /** A page of prompts was returned. */
  | 'prompts.listed'
  /** A prompt was returned. */
  | 'prompt.got'
  /** Completions were returned. */
  | 'completion.given'
  /** A listen stream was opened. `hears` says for which events. */
  | 'stream.opened'
  /** A listen stream was closed. `outcome` says why. */
  | 'stream.closed'
  /** A run has begun; its tool has not been called yet. */
  | 'run.started'
  /** A repeat of a call joined the existing run. */
  | 'run.joined'
  /** A run has ended; `outcome` says how. */
  | 'run.ended'
  /** The outcome of a task was returned: by `tasks/get`, or on a listen stream. */
  | 'task.shown'
  /** A client sent answers to a task. */
  | 'task.answered'
  /** A client requested to cancel a task. Its run says how it ended. */
  | 'task.cancel_requested'
  /** An approval was requested. */
  | 'approval.requested'
  /** The client was told how to wait for a decision. `channel` says how: `task`, `form` or `url`. No event if only the call's result says it. */
  | 'approval.presented'
  /** A person decided an approval. */
  | 'approval.decided'
  /** A run consumed an approval, and executes the call. */
  | 'approval.consumed'
  /** A member read one of their own approvals. `outcome` is its state, or `not_found`. */
  | 'approval.shown'

/** One audit event. A field that is not known or does not apply is left out or `null`. */
export interface AuditEvent {
  /** The id of the event, made by the library from 132 random bits. */
  readonly id: string
  /** When it happened, by the clock of the node. */
  readonly at: Date
  /** What happened. */
  readonly type: AuditEventType
  /** The workspace. `null` before authentication; see `claimedWorkspaceId`. */
  readonly workspaceId: string | null
  /** The workspace that an unauthenticated request named, at most 200 characters. Nothing proves that the sender belongs to it. */
  readonly claimedWorkspaceId?: string
  /** The member for whom the operation was made. `null` until one is selected. */
  readonly memberId: string | null
  /** The id of the credential. `null` before authentication. */
  readonly credentialId: string | null
  /**
   * What `credentialId` names: an API key, or with `host` an integration of the host (`via` of `asMember`). `null` before authentication. Events of
   * older versions do not have it.
   */
  readonly credentialKind: Credential['kind'] | null
  /** Through which API the request came. `null`: neither; for example, the decision was made on the host's page. */
  readonly face: Face | null
  /** The MCP protocol version in use. `null`: none, as with the Agent API. */
  readonly era: string | null
  /** What the client says about itself. `null`: nothing. */
  readonly client: ClientInfo | null
  /** The id of the request. */
  readonly correlationId: string
  /** The operation: `tools/call`, `memory/read`, … */
  readonly operation?: string
  /** The name of the tool, at most 128 characters. */
  readonly tool?: string
  /** The id of the run. */
  readonly runId?: string
  /** The id of the approval. */
  readonly approvalId?: string
  /** SHA-256 of the arguments. */
  readonly argumentsDigest?: string
  /** The key of the memory entry, at most 512 characters. */
  readonly memoryKey?: string
  /** The URI of the resource, at most 2048 characters. */
  readonly resourceUri?: string
  /** The name of the prompt, at most 128 characters. */
  readonly prompt?: string
  /** The status of the run, the decision, or what the event's type says. */
  readonly outcome?: string
  /** The error code of a refusal or failure. */
  readonly code?: ErrorCode
  /**
   * The reason for a refusal that the caller sees as "not found": `scope_missing: <scopes>`, `not_visible`, `unknown_tool`, `unknown_prompt`, or
   * `unknown_or_not_visible` if the tools adapter has no `all`.
   */
  readonly reason?: string
  /** The person who decided the approval. */
  readonly decidedBy?: string
  /** How the approval was presented or decided. */
  readonly channel?: string
  /** The events that a listen stream was opened for. */
  readonly hears?: AuditedFilter
}

/** The events that a listen stream may send. It names the first 20 URIs, each cut to 200 characters, and the first 50 tasks. The counts are complete. */
export interface AuditedFilter {
  /** The lists whose changes it sends: `tools`, `prompts`, `resources`. */
  readonly lists: readonly string[]
  /** The URIs of resources. */
  readonly resources: readonly string[]
  /** The number of all URIs. */
  readonly resourceCount: number
  /** The number of URIs and tasks that the client requested, with those that it may not get. */
  readonly asked: number
  /** The ids of tasks. */
  readonly taskIds: readonly string[]
  /** The number of all tasks. */
  readonly taskCount: number
}

/**
 * Stores the audit log. The library never changes or removes an event.
 *
 * @example
 * const audit: AuditAdapter = {
 *   append: async (events) => {
 *     for (const event of events) await db.insert('audit_events', storableJson(event))
 *   },
 * }
 */
export interface AuditAdapter {
  /**
   * Appends events. Must resolve only when all of them are durable, in the given order. It must not reject because of a text: it stores U+FFFD for
   * what the store cannot hold (NUL, lone surrogates). Such events must not break later reads of the log.
   */
  append(events: readonly AuditEvent[]): Promise<void>
}
