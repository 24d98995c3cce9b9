/**
 * Reads runs and approvals from the host's store. Another version may have written them, so an unknown error code is read as INTERNAL; its
 * message stays. `undefined` is read as `null`.
 */

import type { Approval } from '../../adapters/approvals.js'
import type { Run, RunOutcome } from '../../adapters/runs.js'
import { type ErrorCode, isErrorCode } from '../../foundation/errors/catalogue.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** The run as it is now. `null` when the workspace has no such run, or the host has no store of runs. Rejects with UNAVAILABLE. */
export function readRun(
  runtime: Runtime,
  correlationId: string,
  { workspaceId, id }: Pick<Run, 'workspaceId' | 'id'>,
): Promise<Run | null> {
  return callAdapter(runtime, correlationId, async () =>
    knownRun(await runtime.config.adapters.runs?.get({ workspaceId, id })),
  )
}

/** A run from a store, with unknown error codes read as INTERNAL. */
export function knownRun(run: Run): Run
export function knownRun(run: Run | null | undefined): Run | null
export function knownRun(run: Run | null | undefined): Run | null {
  if (!run) return null
  const errorCode = knownCode(run.errorCode)
  const outcome = knownOutcome(run.outcome)
  return errorCode === run.errorCode && outcome === run.outcome ? run : { ...run, errorCode, outcome }
}

/** An approval from a store, with unknown error codes read as INTERNAL. */
export function knownApproval(approval: Approval): Approval
export function knownApproval(approval: Approval | null | undefined): Approval | null
export function knownApproval(approval: Approval | null | undefined): Approval | null {
  if (!approval) return null
  const outcome = knownOutcome(approval.outcome)
  return outcome === approval.outcome ? approval : { ...approval, outcome }
}

/** Returns the same object when its code is known, so that callers can compare it. */
function knownOutcome(outcome: RunOutcome | null): RunOutcome | null {
  if (!outcome) return null
  const errorCode = knownCode(outcome.errorCode)
  return errorCode === outcome.errorCode ? outcome : { ...outcome, errorCode }
}

function knownCode(code: unknown): ErrorCode | null {
  if (code === null || code === undefined) return null
  return isErrorCode(code) ? code : 'INTERNAL'
}
