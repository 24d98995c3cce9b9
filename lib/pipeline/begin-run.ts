/** Step 7: the intent is durable before anything runs. A repeat with an idempotency key finds the run that has it. */

import type { Run, RunsAdapter } from '../adapters/runs.js'
import { AllvError } from '../errors.js'
import { newId } from '../identity.js'
import { callAdapter } from './adapter-call.js'
import { auditFact, auditOrFail } from './audit.js'
import type { Begun, Validated } from './context.js'
import { pause, withDeadline } from './deadline.js'
import { type CallOutcome, ended } from './outcome.js'
import type { Plane } from './plane.js'

const FIRST_POLL_MS = 20
const SLOWEST_POLL_MS = 500

/** Gives the begun run, or how the run that has this idempotency key came out. */
export async function beginRun(plane: Plane, validated: Validated): Promise<Begun | CallOutcome> {
  const runId = newId('run')
  const { runs } = plane.config.adapters
  const { idempotencyKey } = validated.input
  if (runs === undefined) {
    if (idempotencyKey !== null) throw new AllvError('IDEMPOTENCY_UNSUPPORTED')
  } else {
    const earlier = await start(plane, runs, validated, runId)
    if (earlier !== null) return join(plane, runs, validated, earlier)
  }
  await recordStart(plane, runs, validated, runId)
  return { ...validated, runId, resumes: null }
}

async function start(plane: Plane, runs: RunsAdapter, validated: Validated, id: string): Promise<Run | null> {
  const { context, correlationId, argumentsDigest, input, tool } = validated
  const begun = await callAdapter(
    plane,
    correlationId,
    () =>
      runs.begin({
        id,
        workspaceId: context.workspaceId,
        memberId: context.member.id,
        credentialId: context.credential.id,
        face: context.face,
        era: context.era,
        tool: tool.name,
        argumentsDigest,
        idempotencyKey: input.idempotencyKey,
        correlationId,
        startedAt: new Date(),
      }),
    'RUN_LOG_UNAVAILABLE',
  )
  return begun.started ? null : begun.run
}

async function recordStart(
  plane: Plane,
  runs: RunsAdapter | undefined,
  validated: Validated,
  runId: string,
): Promise<void> {
  const { tool, argumentsDigest, context } = validated
  try {
    await auditOrFail(plane, validated, {
      type: 'run.started',
      operation: 'tools/call',
      tool: tool.name,
      runId,
      argumentsDigest,
    })
  } catch (error) {
    // The tool will not run; say so in the run that was already begun.
    const outcome = ended(runId, 'RUN_LOG_UNAVAILABLE')
    await runs
      ?.end({
        id: runId,
        workspaceId: context.workspaceId,
        status: outcome.status,
        approvalId: null,
        errorCode: outcome.errorCode,
        endedAt: outcome.endedAt,
        outcome,
      })
      .catch(() => {})
    throw error
  }
}

async function join(
  plane: Plane,
  runs: RunsAdapter,
  validated: Validated,
  earlier: Run,
): Promise<Begun | CallOutcome> {
  assertSameScope(validated, earlier)
  if (earlier.argumentsDigest !== validated.argumentsDigest) throw new AllvError('IDEMPOTENCY_CONFLICT')
  await auditFact(plane, validated, {
    type: 'run.joined',
    operation: 'tools/call',
    tool: validated.tool.name,
    runId: earlier.id,
    argumentsDigest: validated.argumentsDigest,
  })
  const run = await whenNotRunning(plane, runs, validated, earlier)
  if (run.status === 'pending_approval') return { ...validated, runId: run.id, resumes: run.approvalId }
  if (run.status === 'running') return { kind: 'running', runId: run.id }
  const outcome = run.outcome ?? ended(run.id, 'OUTCOME_UNKNOWN')
  return { kind: 'ended', runId: run.id, approvalId: run.approvalId, outcome, replayed: true }
}

/** A store that hands out somebody else's run is broken; nothing of it may be shown. */
function assertSameScope({ context, tool, input }: Validated, run: Run): void {
  const same =
    run.workspaceId === context.workspaceId &&
    run.memberId === context.member.id &&
    run.tool === tool.name &&
    run.idempotencyKey === input.idempotencyKey
  if (!same)
    throw new TypeError('runs.begin gave a run of another workspace, member, tool or idempotency key')
}

async function whenNotRunning(
  plane: Plane,
  runs: RunsAdapter,
  validated: Validated,
  first: Run,
): Promise<Run> {
  const { toolTimeoutMs, approvalHoldMs } = plane.config
  const ms = Math.max(validated.tool.timeoutMs ?? toolTimeoutMs, approvalHoldMs)
  return withDeadline({ ms, signals: [validated.input.signal, validated.closing] }, async ({ signal }) => {
    let run = first
    for (
      let wait = FIRST_POLL_MS;
      run.status === 'running' && !signal.aborted;
      wait = Math.min(wait * 2, SLOWEST_POLL_MS)
    ) {
      await pause(wait, signal)
      const { workspaceId, id } = run
      run = (await callAdapter(plane, validated.correlationId, () => runs.get({ workspaceId, id }))) ?? run
    }
    return run
  })
}
