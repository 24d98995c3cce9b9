/** Runs: one record for each tool call, its intent written before the tool runs and its outcome after. */

import type { ErrorCode } from '../foundation/errors/catalogue.js'
import type { Credential, Face } from './principal.js'
import type { ToolResult } from './tools.js'

/** Where a run stands. */
export type RunStatus =
  /** It has begun, and has not ended. */
  | 'running'
  /** Answered before there was a decision. The approval tells how it went on. */
  | 'pending_approval'
  /** Answered with questions to the client. The answers to them are a run of their own. */
  | 'input_required'
  /** The tool answered without an error. */
  | 'succeeded'
  /** The tool failed, or what it answered cannot be used. */
  | 'failed'
  /** A person, or the rule, denied the call. The tool did not run. */
  | 'denied'
  /** The tool took longer than its time limit. */
  | 'timed_out'
  /** The caller cancelled the call, and the tool stopped or never began. */
  | 'cancelled'
  /** The process ended between start and outcome: nobody knows whether the tool ran. */
  | 'unknown'

/** What a run waits for: it was answered, and it has not ended. */
export type WaitingStatus = 'pending_approval' | 'input_required'

/** How a call ended: enough to answer the same call again. Stores keep it whole, as JSON or member by member. */
export interface RunOutcome {
  /** How it ended. */
  readonly status: Exclude<RunStatus, 'running' | WaitingStatus>
  /** The run that did it. */
  readonly runId: string
  /** When it ended. */
  readonly endedAt: Date
  /** Stable error code, `null` on success. */
  readonly errorCode: ErrorCode | null
  /** One sentence for the caller, `null` on success. */
  readonly message: string | null
  /**
   * What the tool answered. `null` when it gave no answer, and in the run of a call that nobody may ask for again: one without idempotency
   * key, task, approval or questions.
   */
  readonly result: ToolResult | null
  /**
   * `true`: nothing ran, and the caller was told to repeat the call. A repeat with the same idempotency key begins a new run. Left out:
   * a repeat gets this outcome.
   */
  readonly repeatable?: true
}

/** What `begin` is given. */
export interface RunStart {
  /** Made by the library, 132 random bits. */
  readonly id: string
  /** The workspace of the member. */
  readonly workspaceId: string
  /** The member on whose behalf the call runs. */
  readonly memberId: string
  /** The credential of the call. */
  readonly credentialId: string
  /**
   * What `credentialId` names: an API key, or with `host` an integration of the host's own. The two may be called alike. The library always
   * says it; `null` in what versions wrote that did not keep it.
   */
  readonly credentialKind: Credential['kind'] | null
  /** The face that the call came through. */
  readonly face: Face
  /** The MCP protocol version in use. `null` for the Agent API. */
  readonly era: string | null
  /** Canonical tool name. */
  readonly tool: string
  /** SHA-256 of the arguments. */
  readonly argumentsDigest: string
  /** Scoped to workspace, member and tool; `null` when the caller gave none. */
  readonly idempotencyKey: string | null
  /** The request that began it. */
  readonly correlationId: string
  /** When it began, by the clock of the node. */
  readonly startedAt: Date
  /** A run that is still `running` this long after it began, or after `extend`, reads `unknown`: its process is gone. Milliseconds. */
  readonly leaseMs: number
}

/** A run as the store has it now. */
export interface Run extends Omit<RunStart, 'leaseMs'> {
  /** Where it stands, by the clock of the store. */
  readonly status: RunStatus
  /** The approval that it waits for, or that it was under. `null`: none. */
  readonly approvalId: string | null
  /** When it ended, or was answered without an end. `null`: it runs. */
  readonly endedAt: Date | null
  /** The code that its caller was answered with. `null`: none. */
  readonly errorCode: ErrorCode | null
  /** Kept at least as long as idempotency keys are remembered: repeats and tasks are answered from it. */
  readonly outcome: RunOutcome | null
  /** See `RunUpdate`. `null` until an update sets one. An end keeps it. */
  readonly checkpoint: string | null
}

/** The end of a run. The first one stands. */
export interface RunEnd {
  /** Which run of the workspace. */
  readonly id: string
  /** Its workspace: a run of another one is not changed. */
  readonly workspaceId: string
  /** That of the outcome. */
  readonly status: RunOutcome['status']
  /** The approval that the call was under, `null` for none. */
  readonly approvalId: string | null
  /** That of the outcome: `null` on success. */
  readonly errorCode: ErrorCode | null
  /** When it was put on record, by the clock of the node. */
  readonly endedAt: Date
  /** How it ended. */
  readonly outcome: RunOutcome
  /**
   * Set: the run ends only if its stored checkpoint is exactly this one, `null` for none. The comparison and the end are one atomic step.
   * Left out: it ends whatever its checkpoint is.
   */
  readonly ifCheckpoint?: string | null
}

/** What a run that has not ended waits for from now on, and where the library goes on from. */
export interface RunUpdate {
  /** Which run of the workspace. */
  readonly id: string
  /** Its workspace: a run of another one is not changed. */
  readonly workspaceId: string
  /** The new status. */
  readonly status: WaitingStatus
  /** The approval that it waits for, or that it is under; `null` for none. Replaces the one before. */
  readonly approvalId: string | null
  /** `APPROVAL_PENDING` while it waits for a decision, else `null`. */
  readonly errorCode: ErrorCode | null
  /** When the call was answered, by the clock of the node. Kept as `endedAt` of the run until the run ends. */
  readonly endedAt: Date
  /**
   * What the library needs to go on, in at most 300 KiB of ASCII. It is opaque: keep it byte for byte, and compare it by its bytes. What it
   * says of a call is sealed (encrypted and authenticated), but it is never for people: do not show, log or parse it. `null` removes it.
   * Left out: it stays as it is.
   */
  readonly checkpoint?: string | null
  /**
   * Set: the update is written only if the stored checkpoint is exactly this one, `null` for none. The comparison and the update are one
   * atomic step: of any number of concurrent updates that expect the same checkpoint and set another, one is written. Left out: it is
   * written whatever the checkpoint is.
   */
  readonly ifCheckpoint?: string | null
}

/** What became of `begin`. */
export type RunBegun =
  | {
      /** The run is new, and durable. */
      readonly started: true
    }
  | {
      /** The same workspace, member, tool and idempotency key were begun before. */
      readonly started: false
      /** That run, as it is now. */
      readonly run: Run
    }

/** Which runs to list. Filters that are left out let every run pass. */
export interface RunQuery {
  /** Runs of this workspace. */
  readonly workspaceId: string
  /** Runs on behalf of this member. */
  readonly memberId?: string
  /** Runs that are in this status now. */
  readonly status?: RunStatus
  /** Runs of this tool, by its canonical name. */
  readonly tool?: string
  /** At most so many runs in one page: a whole number of at least 0. The stores of this package reject another with a TypeError. */
  readonly limit: number
  /** `nextCursor` of the page before; `null` for the first page. */
  readonly cursor: string | null
}

/** Keeps runs. Every method resolves only when what it has written is durable, and rejects only when the store is out of order. */
export interface RunsAdapter {
  /**
   * Begins a run. With an idempotency key it is atomic over workspace, member, tool and key: of any number of concurrent calls one is
   * started, and all others get that run. A key is remembered for at least a day.
   */
  begin(run: RunStart): Promise<RunBegun>
  /**
   * Ends a run that is `running`, that waits, or whose lease is over: the true outcome is better than `unknown`. Idempotent: a run that has
   * ended, a run of another workspace and a checkpoint other than `ifCheckpoint` change nothing, and are no failure. It leaves the
   * checkpoint as it is.
   */
  end(end: RunEnd): Promise<void>
  /**
   * Writes where a run stands that has not ended: `running`, waiting, or with a lease that is over. The lease is over for good: a run that
   * waits has none. `true`: all of the update is written. `false`: nothing is written, because there is no such run in this workspace, it
   * has ended, or its checkpoint is not `ifCheckpoint`. The library then reads the run to learn which. Nodes call it at the same time for
   * one run, so compare and write in one statement or transaction, never by a read before the write.
   */
  update(update: RunUpdate): Promise<boolean>
  /** Moves the lease of a run that is `running` to `leaseMs` from now. Any other run stays as it is. */
  extend?(lease: {
    readonly id: string
    readonly workspaceId: string
    readonly leaseMs: number
  }): Promise<void>
  /** Gives a run of this workspace as it is now, or `null`. */
  get(query: { readonly workspaceId: string; readonly id: string }): Promise<Run | null>
  /** Gives the newest first, each once over all pages. `nextCursor: null`: this was the last page. */
  list(query: RunQuery): Promise<{
    /** Newest first. */
    readonly runs: readonly Run[]
    /** `null`: this was the last page. */
    readonly nextCursor: string | null
  }>
}
