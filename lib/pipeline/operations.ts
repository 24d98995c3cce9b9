/** The order of the steps. Both faces come through here, and there is no other way to an adapter. */

import type { Approval } from '../adapters/approvals.js'
import type { MemoryEntry, MemoryList, MemoryTemplate } from '../adapters/memory.js'
import type { ToolDefinition } from '../adapters/tools.js'
import { ownApproval } from '../approvals/own.js'
import { waitForApproval as awaitDecision, type WaitOptions } from '../approvals/wait.js'
import { AllvError, isAllvError } from '../errors.js'
import { mayBecomeTask, runAsTask } from '../tasks/run-as-task.js'
import { auditFact } from './audit.js'
import { authenticate } from './authenticate.js'
import { authorizeTool, visibleTools } from './authorize.js'
import { beginRun } from './begin-run.js'
import { carryOut } from './carry-out.js'
import { withComeback } from './comeback.js'
import type { Admitted, CallInput, Gated, Received } from './context.js'
import { gate } from './gate.js'
import { limit, limitRefusedMember } from './limit.js'
import { listEntries, listTemplates, readEntry } from './memory.js'
import { type CallOutcome, isCallOutcome } from './outcome.js'
import type { Plane } from './plane.js'
import { audited, refused } from './refusals.js'
import { resumeRound } from './resume-round.js'
import { selectMember } from './select-member.js'
import { validateArguments } from './validate.js'

/** authenticate, gate, select member, limit: once for every request, whatever it asks for. */
export async function admit(plane: Plane, received: Received): Promise<Admitted> {
  let reached: Received = received
  try {
    if (received.closing.aborted) throw new AllvError('SHUTTING_DOWN', { retryAfterSeconds: 1 })
    const authenticated = await authenticate(plane, received)
    reached = authenticated
    const gated = await gate(plane, authenticated)
    const selected = await selectMember(plane, gated).catch((error: unknown) =>
      countRefused(plane, gated, error),
    )
    reached = selected
    return await limit(plane, selected)
  } catch (error) {
    throw await refused(plane, reached, { operation: 'admit', error })
  }
}

/** The gates again, uncounted, for what outlives a request: a stream checks that it may still be open. */
export async function readmit(plane: Plane, admitted: Admitted): Promise<Admitted> {
  const selected = await selectMember(plane, await gate(plane, await authenticate(plane, admitted)))
  // An email address may have become another member's.
  if (selected.member.id !== admitted.member.id) throw new AllvError('MEMBER_NOT_ALLOWED')
  return { ...selected, limit: 'kept' }
}

/** The same for a request that had to wait for the rest of itself: what has been refused meanwhile must not begin. */
export async function admitLate(plane: Plane, admitted: Admitted): Promise<Admitted> {
  return audited(plane, admitted, 'admit', () => readmit(plane, admitted))
}

/** authorize, validate, (resume round,) begin run, approve, execute, end run and audit. */
export async function callTool(plane: Plane, admitted: Admitted, input: CallInput): Promise<CallOutcome> {
  let tool = input.name
  try {
    const authorized = await authorizeTool(plane, admitted, input)
    tool = authorized.tool.name
    const validated = validateArguments(plane, authorized)
    const resumed = await resumeRound(plane, validated)
    if (isCallOutcome(resumed)) return resumed
    const begun = await beginRun(plane, resumed)
    if (isCallOutcome(begun)) return begun
    return await withComeback(plane, begun, (patient) =>
      mayBecomeTask(patient) ? runAsTask(plane, patient) : carryOut(plane, patient),
    )
  } catch (error) {
    throw await refused(plane, admitted, { operation: 'tools/call', error, tool })
  }
}

/** authorize (filter), execute, audit. */
export async function listTools(plane: Plane, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  return audited(plane, admitted, 'tools/list', async () => {
    const tools = await visibleTools(plane, admitted)
    await auditFact(plane, admitted, { type: 'tools.listed', operation: 'tools/list' })
    return tools
  })
}

/** validate, authorize (filter), execute, audit. */
export async function listMemory(plane: Plane, admitted: Admitted, cursor?: string): Promise<MemoryList> {
  return audited(plane, admitted, 'memory/list', async () => {
    const list = await listEntries(plane, admitted, cursor)
    await auditFact(plane, admitted, { type: 'memory.listed', operation: 'memory/list' })
    return list
  })
}

/** authorize (filter), execute. */
export async function listMemoryTemplates(
  plane: Plane,
  admitted: Admitted,
): Promise<readonly MemoryTemplate[]> {
  return audited(plane, admitted, 'memory/templates', () => listTemplates(plane, admitted))
}

/** authorize, validate, execute, audit. `null` stands for an address that names nothing of this workspace. */
export async function readMemory(plane: Plane, admitted: Admitted, key: string | null): Promise<MemoryEntry> {
  return audited(plane, admitted, 'memory/read', async () => {
    const entry = key === null ? null : await readEntry(plane, admitted, key)
    if (entry === null) throw new AllvError('MEMORY_NOT_FOUND')
    await auditFact(plane, admitted, { type: 'memory.read', operation: 'memory/read', memoryKey: entry.key })
    return entry
  })
}

/** The member's own approval, or `null`: somebody else's is as good as none. */
export async function getApproval(plane: Plane, admitted: Admitted, id: string): Promise<Approval | null> {
  return audited(plane, admitted, 'approvals/get', () => ownApproval(plane, admitted, id))
}

/** Like `getApproval`, once it is no longer pending or the time is up. */
export async function waitForApproval(
  plane: Plane,
  admitted: Admitted,
  id: string,
  options: WaitOptions,
): Promise<Approval | null> {
  return audited(plane, admitted, 'approvals/wait', () => awaitDecision(plane, admitted, id, options))
}

async function countRefused(plane: Plane, gated: Gated, error: unknown): Promise<never> {
  if (isAllvError(error) && error.status === 400) await limitRefusedMember(plane, gated)
  throw error
}
