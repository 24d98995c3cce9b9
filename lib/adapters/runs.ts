/** The adapter that stores runs: one record for each tool call, written before the tool runs and ended after it. */

import type { ErrorCode } from '../foundation/errors/catalogue.js'
import type { Credential, Face } from './principal.js'
import type { ToolResult } from './tools.js'

/** The status of a run. */
export type RunStatus =
  /** It has begun, and has not ended. */
  | 'running'
  /** The call was answered before there was a decision. The approval says what happened after that. */
  | 'pending_approval'
  /** The call was answered with input requests to the client. The call that brings the answers is a new run. */
  | 'input_required'
  /** The tool ran without an error. */
  | 'succeeded'
  /** The tool failed, or its result cannot be used. */
  | 'failed'
  /** A person or the policy denied the call. The tool did not run. */
  | 'denied'
  /** The tool took longer than its time limit. */
  | 'timed_out'
  /** The caller cancelled the call, and the tool stopped or never began. */
  | 'cancelled'
  /** The process stopped after the start and before the outcome: it is not known whether the tool ran. */
  | 'unknown'

/** The status of a run whose call was answered, and that has not ended. */
export type WaitingStatus = 'pending_approval' | 'input_required'

/** How a call ended, with all that is needed to answer the same call again. Stores keep all its fields, as JSON or in columns. */
export interface RunOutcome {
  /** The final status. */
  readonly status: Exclude<RunStatus, 'running' | WaitingStatus>
  /** The run that executed the call. */
  readonly runId: string
  /** When it ended. */
  readonly endedAt: Date
  /** The stable error code. `null` on success. */
  readonly errorCode: ErrorCode | null
  /** One sentence for the caller. `null` on success. */
  readonly message: string | null
  /**
   * The result of the tool. `null` if it gave none. Also `null` in the run of a call that cannot be repeated for its result: one without an
   * idempotency key, a task, an approval or input requests.
   */
  readonly result: ToolResult | null
  /**
   * `true`: the tool did not run, and the caller was told to repeat the call. A repeat with the same idempotency key begins a new run. Left out:
   * a repeat gets this outcome.
   */
  readonly repeatable?: true
}

/** The input of `begin`. */
export interface RunStart {
  /** The id of the run, made by the library from 132 random bits. */
  readonly id: string
  /** The workspace of the call. */
  readonly workspaceId: string
  /** The member for whom the call is made. */
  readonly memberId: string
  /** The id of the credential of the call. */
  readonly credentialId: string
  /**
   * What `credentialId` names: an API key, or with `host` an integration of the host. The two may have the same id. The library always gives it.
   * `null`: the run was stored by a version that did not store kinds.
   */
  readonly credentialKind: Credential['kind'] | null
  /** Through which API the call came: MCP or the Agent API. */
  readonly face: Face
  /** The MCP protocol version in use. `null` for the Agent API. */
  readonly era: string | null
  /** The canonical name of the tool. */
  readonly tool: string
  /** SHA-256 of the arguments. */
  readonly argumentsDigest: string
  /** The idempotency key. Its scope is the workspace, the member and the tool. `null`: the caller gave none. */
  readonly idempotencyKey: string | null
  /** The id of the request that began the run. */
  readonly correlationId: string
  /** When the run began, by the clock of the node. */
  readonly startedAt: Date
  /**
   * The lease, in milliseconds from the start or from the last `extend`. A run that is still `running` after it reads as `unknown`, because its process
   * has stopped.
   */
  readonly leaseMs: number
}

/** A stored run, as it is now. */
export interface Run extends Omit<RunStart, 'leaseMs'> {
  /** The status, by the clock of the store. */
  readonly status: RunStatus
  /** The approval that it waits for or was executed under. `null`: none. */
  readonly approvalId: string | null
  /** When it ended, or when the call of a waiting run was answered. `null`: it runs. */
  readonly endedAt: Date | null
  /** The error code in the answer to its caller. `null`: none. */
  readonly errorCode: ErrorCode | null
  /** The outcome, from which repeats and tasks are answered. `null`: it has not ended. Keep it at least as long as idempotency keys. */
  readonly outcome: RunOutcome | null
  /** See `RunUpdate`. `null` until an update sets one. `end` does not change it. */
  readonly checkpoint: string | null
}

/** The input of `end`. Only the first end of a run is stored. */
export interface RunEnd {
  /** Which run of the workspace. */
  readonly id: string
  /** Its workspace: a run of another one is not changed. */
  readonly workspaceId: string
  /** The status of the outcome. */
  readonly status: RunOutcome['status']
  /** The approval of the call. `null`: none. */
  readonly approvalId: string | null
  /** The error code of the outcome. `null` on success. */
  readonly errorCode: ErrorCode | null
  /** When the end was recorded, by the clock of the node. */
  readonly endedAt: Date
  /** The outcome. */
  readonly outcome: RunOutcome
  /**
   * If given, the run ends only if its stored checkpoint is exactly this one, or if it has none for `null`. The comparison and the end are one
   * atomic step. Left out: it ends with any checkpoint.
   */
  readonly ifCheckpoint?: string | null
}

/** The input of `update`: what a run that has not ended now waits for, and the checkpoint from which the library resumes it. */
export interface RunUpdate {
  /** Which run of the workspace. */
  readonly id: string
  /** Its workspace: a run of another one is not changed. */
  readonly workspaceId: string
  /** The new status. */
  readonly status: WaitingStatus
  /** The approval that it waits for or is executed under. `null`: none. It replaces the stored one. */
  readonly approvalId: string | null
  /** `APPROVAL_PENDING` while it waits for a decision, else `null`. */
  readonly errorCode: ErrorCode | null
  /** When the call was answered, by the clock of the node. It is the `endedAt` of the run until the run ends. */
  readonly endedAt: Date
  /**
   * What the library needs to resume the run: at most 300 KiB of ASCII. It is opaque: store it byte for byte, and compare it by its bytes. The
   * data of the call in it is sealed (encrypted and authenticated). Do not show, log or parse it. `null` removes the stored checkpoint. Left out:
   * the stored checkpoint does not change.
   */
  readonly checkpoint?: string | null
  /**
   * If given, the update is written only if the stored checkpoint is exactly this one, or if there is none for `null`. The comparison and the
   * update are one atomic step: of concurrent updates that expect the same checkpoint and set another, exactly one is written. Left out: it is
   * written with any stored checkpoint.
   */
  readonly ifCheckpoint?: string | null
}

/** The result of `begin`. */
export type RunBegun =
  | {
      /** The run is new, and durable. */
      readonly started: true
    }
  | {
      /** There is a run with the same workspace, member, tool and idempotency key. */
      readonly started: false
      /** That run, as it is now. */
      readonly run: Run
    }

/** The input of `list`. A filter that is left out matches every run. */
export interface RunQuery {
  /** Runs of this workspace. */
  readonly workspaceId: string
  /** Runs for this member. */
  readonly memberId?: string
  /** Runs that have this status now. */
  readonly status?: RunStatus
  /** Runs of this tool, by its canonical name. */
  readonly tool?: string
  /** The largest number of runs in one page: a whole number of at least 0. The stores of this package reject another value with a TypeError. */
  readonly limit: number
  /** The `nextCursor` of the page before; `null` for the first page. */
  readonly cursor: string | null
}

/**
 * Stores runs. Every method must resolve only when its changes are durable, and must reject only if the store fails.
 *
 * @example
 * const { runs, nextCursor } = await stores.runs.list({ workspaceId: 'ws_acme', limit: 50, cursor: null })
 */
export interface RunsAdapter {
  /**
   * Begins a run. With an idempotency key it is atomic for workspace, member, tool and key: of concurrent calls exactly one begins a run, and all
   * others get that run. Keys must be kept for at least a day.
   */
  begin(run: RunStart): Promise<RunBegun>
  /**
   * Ends a run that is `running`, that waits, or whose lease has ended, because the true outcome is better than `unknown`. Idempotent: it changes
   * nothing and resolves if the run has ended, is of another workspace, or has a checkpoint other than `ifCheckpoint`. It does not change the
   * checkpoint.
   */
  end(end: RunEnd): Promise<void>
  /**
   * Changes a run that has not ended: it is `running`, it waits, or its lease has ended. After the update the run has no lease, because it waits.
   * `true`: the whole update is written. `false`: nothing is written, because there is no such run in this workspace, it has ended, or its
   * checkpoint is not `ifCheckpoint`; the library then reads the run. Several nodes call it at the same time for one run, so compare and write in
   * one statement or transaction, and not with a read before the write.
   */
  update(update: RunUpdate): Promise<boolean>
  /** Renews the lease of a run that is `running`: it ends `leaseMs` milliseconds from now. Any other run does not change. */
  extend?(lease: {
    readonly id: string
    readonly workspaceId: string
    readonly leaseMs: number
  }): Promise<void>
  /** The run as it is now. `null`: there is none in this workspace. */
  get(query: { readonly workspaceId: string; readonly id: string }): Promise<Run | null>
  /** Lists runs, newest first, each on one page only. */
  list(query: RunQuery): Promise<{
    /** The runs of this page, newest first. */
    readonly runs: readonly Run[]
    /** The cursor of the next page. `null`: this is the last page. */
    readonly nextCursor: string | null
  }>
}
