/** Runs: one record for each tool call, its intent written before the tool runs and its outcome after. */

import type { Credential, Face } from './principal.js'
import type { ToolResult } from './tools.js'

export type RunStatus =
  | 'running'
  /** Answered before a decision was there. The approval tells how it went on. */
  | 'pending_approval'
  /** Answered with questions to the client. Their answers are a run of their own. */
  | 'input_required'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'timed_out'
  | 'cancelled'
  /** The process ended between start and outcome: nobody knows whether the tool ran. */
  | 'unknown'

/** How a call ended: enough to answer the same call again. */
export interface RunOutcome {
  readonly status: Exclude<RunStatus, 'running' | 'pending_approval' | 'input_required'>
  /** The run that did it. */
  readonly runId: string
  /** When it ended. */
  readonly endedAt: Date
  /** Stable error code, `null` on success. */
  readonly errorCode: string | null
  /** One sentence for the caller, `null` on success. */
  readonly message: string | null
  /**
   * What the tool answered. `null` when it gave no answer, and in the run of a call that nobody may ask for again: one without idempotency
   * key, task, approval or questions.
   */
  readonly result: ToolResult | null
}

export interface RunStart {
  /** Made by the library, 132 random bits. */
  readonly id: string
  readonly workspaceId: string
  readonly memberId: string
  readonly credentialId: string
  /**
   * What `credentialId` names: an API key, or with `host` an integration of the host's own. The two may be called alike. The library always
   * says it; `null` in what versions wrote that did not keep it.
   */
  readonly credentialKind: Credential['kind'] | null
  readonly face: Face
  readonly era: string | null
  /** Canonical tool name. */
  readonly tool: string
  readonly argumentsDigest: string
  /** Scoped to workspace, member and tool; `null` when the caller gave none. */
  readonly idempotencyKey: string | null
  readonly correlationId: string
  readonly startedAt: Date
  /** A run that is still `running` this long after it began, or after `extend`, reads `unknown`: its process is gone. Milliseconds. */
  readonly leaseMs: number
}

export interface Run extends Omit<RunStart, 'leaseMs'> {
  readonly status: RunStatus
  readonly approvalId: string | null
  readonly endedAt: Date | null
  readonly errorCode: string | null
  /** Kept at least as long as idempotency keys are remembered: repeats and tasks are answered from it. */
  readonly outcome: RunOutcome | null
  /** The library's own: where a task stands between two requests (sealed), or that a repeat begins anew. `null`: nothing. */
  readonly note: string | null
}

export interface RunEnd {
  readonly id: string
  readonly workspaceId: string
  readonly status: Exclude<RunStatus, 'running'>
  readonly approvalId: string | null
  readonly errorCode: string | null
  readonly endedAt: Date
  /** `null` for `pending_approval` and `input_required`. */
  readonly outcome: RunOutcome | null
  /** Left out: the note stays as it is. */
  readonly note?: string | null
  /** Set: nothing changes unless the run's note is exactly this one. Compared and written in one atomic step. */
  readonly ifNote?: string | null
}

export type RunBegun =
  | { readonly started: true }
  /** The same workspace, member, tool and idempotency key were begun before; `run` is as it is now. */
  | { readonly started: false; readonly run: Run }

export interface RunQuery {
  readonly workspaceId: string
  readonly memberId?: string
  readonly status?: RunStatus
  readonly tool?: string
  readonly limit: number
  readonly cursor: string | null
}

/**
 * Promise: `begin` resolves only when the run is durable. With an idempotency key it is atomic over workspace, member, tool
 * and key: of any number of concurrent calls one is started, all others get that run; a key is remembered for at least a day.
 * `end` is idempotent: it may follow an `end` with `pending_approval` or `input_required`, and the end of a lease (a late truth is better
 * than `unknown`), and changes nothing once there is an outcome. `extend` moves the lease of a running run. `get` finds a run of this workspace, or `null`.
 * `list` gives the newest first, each once over all pages.
 */
export interface RunsAdapter {
  begin(run: RunStart): Promise<RunBegun>
  end(end: RunEnd): Promise<void>
  extend?(lease: {
    readonly id: string
    readonly workspaceId: string
    readonly leaseMs: number
  }): Promise<void>
  get(query: { readonly workspaceId: string; readonly id: string }): Promise<Run | null>
  list(query: RunQuery): Promise<{ readonly runs: readonly Run[]; readonly nextCursor: string | null }>
}
