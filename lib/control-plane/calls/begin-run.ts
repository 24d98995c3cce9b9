/** Step 7: begins the run. The run and its audit event are stored before anything runs. A repeat with the same idempotency key finds that run. */

import type { Run, RunStart, RunsAdapter } from '../../adapters/runs.js'
import { delay, withDeadline } from '../../foundation/async/deadline.js'
import { newId } from '../../foundation/crypto/api-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { waitsForDecision } from '../input/request-state.js'
import { auditFact, auditOrFail } from '../request/audit.js'
import { withRun } from '../request/begun.js'
import { type CallOutcome, ended, endedAnswer } from '../request/call-outcome.js'
import type { Begun, Resumed } from '../request/call-stages.js'
import { publishRunEvent } from '../request/run-events.js'
import { knownRun, readRun } from '../request/stored-records.js'
import { callAdapter } from '../runtime/adapter-call.js'
import { runLeaseMs } from '../runtime/leases.js'
import type { Runtime } from '../runtime/runtime.js'

const FIRST_POLL_MS = 20
const SLOWEST_POLL_MS = 500

/** Begins a run. Returns it, or the outcome of the earlier run with this idempotency key. */
export async function beginRun(runtime: Runtime, resumed: Resumed): Promise<Begun | CallOutcome> {
  const { runs } = runtime.config.adapters
  if (runs === undefined) {
    assertServableWithoutRuns(runtime, resumed)
    const begun = withRun(resumed, { id: newId('run'), startedAt: new Date(), resumes: null })
    await auditStart(runtime, begun)
    return begun
  }
  const claimed = await claimNextAttempt(runtime, runs, resumed)
  return 'earlier' in claimed ? joinRun(runtime, resumed, claimed.earlier) : claimed
}

/** A run that this call began, or the earlier run with its key. */
export type Claim = Begun | { readonly earlier: Run }

/** Begins the run, or finds the one that has its key. Only the call that began a run executes it. */
export async function claimRun(
  runtime: Runtime,
  runs: RunsAdapter,
  resumed: Resumed,
  key = keyOf(resumed),
): Promise<Claim> {
  const begun = withRun(resumed, { id: newId('run'), startedAt: new Date(), resumes: null })
  const begins = await callAdapter(
    runtime,
    resumed.context.correlationId,
    () => runs.begin(startOf(runtime, begun, key)),
    'RUN_LOG_UNAVAILABLE',
  )
  if (!begins.started) {
    const earlier = knownRun(begins.run)
    assertSameScope(resumed, earlier, key)
    return { earlier }
  }
  try {
    await auditStart(runtime, begun)
    return begun
  } catch (error) {
    // The tool will not run, so the run that was already stored must end.
    await endUnaudited(runs, begun)
    throw error
  }
}

/** How many attempts one key has. After that, the last attempt answers each repeat. */
const MAX_ATTEMPTS = 20

/**
 * Begins the run, or another attempt when the earlier run may be repeated. Each attempt has its own run and key, so only one of several
 * simultaneous repeats begins it. The key contains a space, so no caller can send it.
 */
async function claimNextAttempt(runtime: Runtime, runs: RunsAdapter, resumed: Resumed): Promise<Claim> {
  let claim = await claimRun(runtime, runs, resumed)
  if (resumed.round !== null) return claim
  for (let attempts = 1; attempts < MAX_ATTEMPTS; attempts += 1) {
    if (!('earlier' in claim) || claim.earlier.outcome?.repeatable !== true) return claim
    if (claim.earlier.argumentsDigest !== resumed.argumentsDigest) return claim
    claim = await claimRun(runtime, runs, resumed, `${keyOf(resumed)} after ${claim.earlier.id}`)
  }
  return claim
}

/** Without a store of runs, a request state is still used only once in this process. Idempotency keys need a store, so they are refused. */
function assertServableWithoutRuns({ usedStates }: Runtime, { round, input }: Resumed): void {
  if (input.idempotencyKey !== null) throw new AllvError('IDEMPOTENCY_UNSUPPORTED')
  if (round === null) return
  if (usedStates.has(round.stateId)) throw new AllvError('REQUEST_STATE_INVALID')
  usedStates.set(round.stateId, true)
}

/** A retry uses its state id as the key, so that input responses are used only once. */
function keyOf({ round, input }: Resumed): string | null {
  return round === null ? input.idempotencyKey : round.stateId
}

function startOf(runtime: Runtime, begun: Begun, idempotencyKey: string | null): RunStart {
  const { context, argumentsDigest, tool, run } = begun
  return {
    id: run.id,
    workspaceId: context.workspaceId,
    memberId: context.member.id,
    credentialId: context.credential.id,
    credentialKind: context.credential.kind,
    face: context.face,
    era: context.era,
    tool: tool.name,
    argumentsDigest,
    idempotencyKey,
    correlationId: context.correlationId,
    startedAt: run.startedAt,
    leaseMs: runLeaseMs(runtime, tool),
  }
}

function auditStart(runtime: Runtime, begun: Begun): Promise<void> {
  const { tool, argumentsDigest, run } = begun
  return auditOrFail(runtime, begun.admitted, {
    type: 'run.started',
    operation: 'tools/call',
    tool: tool.name,
    runId: run.id,
    argumentsDigest,
  })
}

async function endUnaudited(runs: RunsAdapter, { run, context }: Begun): Promise<void> {
  const { id } = run
  const outcome = ended(id, 'RUN_LOG_UNAVAILABLE')
  const { status, errorCode, endedAt } = outcome
  const { workspaceId } = context
  await runs.end({ id, workspaceId, status, approvalId: null, errorCode, endedAt, outcome }).catch(() => {})
}

async function joinRun(runtime: Runtime, resumed: Resumed, earlier: Run): Promise<Begun | CallOutcome> {
  if (earlier.argumentsDigest !== resumed.argumentsDigest) throw new AllvError('IDEMPOTENCY_CONFLICT')
  await auditFact(runtime, resumed.admitted, {
    type: 'run.joined',
    operation: 'tools/call',
    tool: resumed.tool.name,
    runId: earlier.id,
    argumentsDigest: resumed.argumentsDigest,
  })
  assertUnused(resumed, earlier)
  if (earlier.status === 'running') await publishRunEvent(runtime, resumed.admitted, 'run_joined', earlier.id)
  const run = await waitWhileRunning(runtime, resumed, earlier)
  const { id: runId, startedAt } = run
  if (run.status === 'pending_approval')
    return withRun(resumed, { id: runId, startedAt, resumes: run.approvalId })
  if (run.status === 'running' || run.status === 'input_required')
    return resumed.input.waits.task
      ? { kind: 'task', runId, approval: null, startedAt }
      : { kind: 'running', runId }
  return endedAnswer(run, run.approvalId, run.outcome ?? ended(run.id, 'OUTCOME_UNKNOWN'), true)
}

/**
 * A request state that waited for a decision is valid for one execution. After that, the caller repeats the call without it and gets the
 * outcome from the approval. MCP 2026-07-28, basic/patterns/mrtr, Warning.
 */
function assertUnused({ round }: Resumed, { status }: Run): void {
  const over = status === 'succeeded' || status === 'failed' || status === 'timed_out' || status === 'denied'
  if (over && round !== null && round.resumePoint !== null && waitsForDecision(round.resumePoint))
    throw new AllvError('REQUEST_STATE_INVALID')
}

/** Throws when the store returns a run of another caller: nothing of it may be shown. */
function assertSameScope(resumed: Resumed, run: Run, key: string | null): void {
  const { context, tool } = resumed
  const same =
    run.workspaceId === context.workspaceId &&
    run.memberId === context.member.id &&
    run.tool === tool.name &&
    run.idempotencyKey === key
  if (!same)
    throw new TypeError('runs.begin gave a run of another workspace, member, tool or idempotency key')
}

async function waitWhileRunning(runtime: Runtime, resumed: Resumed, first: Run): Promise<Run> {
  const { toolTimeoutMs, approvalHoldMs } = runtime.config
  // A client with tasks polls instead of waiting here.
  if (resumed.input.waits.task) return first
  const ms = Math.max(resumed.tool.timeoutMs ?? toolTimeoutMs, approvalHoldMs)
  return withDeadline(
    { ms, signals: [resumed.input.cancel.signal, resumed.admitted.received.closing] },
    async ({ signal }) => {
      let run = first
      for (
        let wait = FIRST_POLL_MS;
        run.status === 'running' && !signal.aborted;
        wait = Math.min(wait * 2, SLOWEST_POLL_MS)
      ) {
        await delay(wait, signal)
        run = (await readRun(runtime, resumed.context.correlationId, run)) ?? run
      }
      return run
    },
  )
}
