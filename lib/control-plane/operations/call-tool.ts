/** The order of the steps. Both faces come through here, and there is no other way to an adapter. */

import type { Approval } from '../../adapters/approvals.js'
import type { MemoryEntry, MemoryList, MemoryTemplate } from '../../adapters/memory.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import { memoryScopeMissing } from '../access/scopes.js'
import { authenticate } from '../admission/authenticate.js'
import { gate } from '../admission/feature-flag.js'
import { selectMember } from '../admission/member.js'
import { limit, limitRefusedMember } from '../admission/rate-limit.js'
import { ownApproval, shownApproval } from '../approvals/find.js'
import { waitForApproval as awaitDecision, type WaitOptions } from '../approvals/wait.js'
import { authorizeTool, visibleTools } from '../calls/authorize.js'
import { beginRun } from '../calls/begin-run.js'
import { carryOut } from '../calls/complete-run.js'
import { withComeback } from '../calls/reconnect-grace.js'
import { resumeRound } from '../calls/resume.js'
import { validateArguments } from '../calls/validate.js'
import { listEntries, listTemplates, readEntry } from '../content/memory.js'
import { auditFact } from '../request/audit.js'
import { type CallOutcome, isCallOutcome } from '../request/call-outcome.js'
import { operation } from '../request/operation.js'
import { type Page, pageOf } from '../request/pages.js'
import { audited, explained, refused } from '../request/refusals.js'
import type { Admitted, CallInput, Gated, Received, Validated } from '../request/stages.js'
import type { Plane } from '../runtime/runtime.js'
import { mayBecomeTask, runAsTask } from '../tasks/run-as-task.js'

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
    const validated = await validateArguments(plane, authorized)
    const resumed = await resumeRound(plane, validated)
    if (isCallOutcome(resumed)) return await askedAgain(plane, validated, resumed)
    const begun = await beginRun(plane, resumed)
    if (isCallOutcome(begun)) return begun
    return await withComeback(plane, begun, async (patient) =>
      (await mayBecomeTask(patient)) ? runAsTask(plane, patient) : carryOut(plane, patient),
    )
  } catch (error) {
    throw await refused(plane, admitted, { operation: 'tools/call', error, tool })
  }
}

/** authorize (filter), execute, audit. */
export async function listTools(plane: Plane, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  return operation(plane, admitted, 'tools/list', async () => {
    return { result: await visibleTools(plane, admitted), facts: {} }
  })
}

/** The same by pages; `all` is the whole list. */
export async function pageOfTools(
  plane: Plane,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<Page<ToolDefinition> & { readonly all: readonly ToolDefinition[] }> {
  return operation(plane, admitted, 'tools/list', async () => {
    const load = () => visibleTools(plane, admitted)
    const result = await pageOf(plane, admitted, { list: 'tools', cursor, load, nameOf: ({ name }) => name })
    return { result, facts: {} }
  })
}

/** validate, authorize (filter), execute, audit. */
export async function listMemory(plane: Plane, admitted: Admitted, cursor?: string): Promise<MemoryList> {
  return operation(plane, admitted, 'memory/list', async () => {
    return { result: await listEntries(plane, admitted, cursor), facts: {} }
  })
}

/** authorize (filter), execute, audit. */
export async function listMemoryTemplates(
  plane: Plane,
  admitted: Admitted,
): Promise<readonly MemoryTemplate[]> {
  return operation(plane, admitted, 'memory/templates', async () => {
    return { result: await listTemplates(plane, admitted), facts: {} }
  })
}

/** authorize, validate, execute, audit. `null` stands for an address that names nothing of this workspace; `address` is told of in the refusal. */
export async function readMemory(
  plane: Plane,
  admitted: Admitted,
  key: string | null,
  address?: string,
): Promise<MemoryEntry> {
  return operation(plane, admitted, 'memory/read', async () => {
    const entry = key === null ? null : await readEntry(plane, admitted, key)
    if (entry === null) {
      const error = new AllvError(
        'MEMORY_NOT_FOUND',
        address === undefined ? {} : { details: { uri: address } },
      )
      throw explained(error, memoryScopeMissing(admitted))
    }
    return { result: entry, facts: { memoryKey: entry.key } }
  })
}

/** The member's own approval, or `null`: somebody else's is as good as none. */
export async function getApproval(plane: Plane, admitted: Admitted, id: string): Promise<Approval | null> {
  return operation(plane, admitted, 'approvals/get', async () => {
    const result = await ownApproval(plane, admitted, id)
    return { result, facts: shownApproval(id, result) }
  })
}

/** Like `getApproval`, once it is no longer pending or the time is up. */
export async function waitForApproval(
  plane: Plane,
  admitted: Admitted,
  id: string,
  options: WaitOptions,
): Promise<Approval | null> {
  return operation(plane, admitted, 'approvals/wait', async () => {
    const result = await awaitDecision(plane, admitted, id, options)
    return { result, facts: shownApproval(id, result) }
  })
}

/** Nothing ran, and there is no run of its own: the same questions went out once more. */
async function askedAgain(plane: Plane, validated: Validated, outcome: CallOutcome): Promise<CallOutcome> {
  await auditFact(plane, validated, {
    type: 'run.joined',
    operation: 'tools/call',
    tool: validated.tool.name,
    runId: outcome.runId,
    argumentsDigest: validated.argumentsDigest,
    outcome: 'input_required',
  })
  return outcome
}

async function countRefused(plane: Plane, gated: Gated, error: unknown): Promise<never> {
  if (isAllvError(error) && error.status === 400) await limitRefusedMember(plane, gated)
  throw error
}
