/** The order of the steps. Both faces come through here, and there is no other way to an adapter. */

import type { Approval } from '../../adapters/approvals.js'
import type { MemoryEntry, MemoryList, MemoryTemplate } from '../../adapters/memory.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError, isAllvError } from '../../foundation/errors/allv-error.js'
import { memoryScopeMissing } from '../access/scopes.js'
import { authenticate } from '../admission/authenticate.js'
import { requireFeature } from '../admission/feature-flag.js'
import { selectMember } from '../admission/member.js'
import { countRefusedMember, countRequest } from '../admission/rate-limit.js'
import { ownApproval, shownApproval } from '../approvals/find.js'
import { waitForApproval as awaitDecision, type WaitOptions } from '../approvals/wait.js'
import { authorizeTool, visibleTools } from '../calls/authorize.js'
import { beginRun } from '../calls/begin-run.js'
import { completeRun } from '../calls/complete-run.js'
import { withReconnectGrace } from '../calls/reconnect-grace.js'
import { resume } from '../calls/resume.js'
import { validateArguments } from '../calls/validate.js'
import { listEntries, listTemplates, readEntry } from '../content/memory.js'
import { auditFact } from '../request/audit.js'
import { type CallOutcome, isCallOutcome } from '../request/call-outcome.js'
import { operation } from '../request/operation.js'
import { type Page, pageOf } from '../request/pages.js'
import { auditingRefusals, auditRefusal, explained } from '../request/refusals.js'
import type { Admitted, CallInput, Enabled, Received, Validated } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'
import { mayBecomeTask, runAsTask } from '../tasks/run-as-task.js'

/** authenticate, gate, select member, limit: once for every request, whatever it asks for. */
export async function admit(runtime: Runtime, received: Received): Promise<Admitted> {
  let reached: Received = received
  try {
    if (received.closing.aborted) throw new AllvError('SHUTTING_DOWN', { retryAfterSeconds: 1 })
    const authenticated = await authenticate(runtime, received)
    reached = authenticated
    const enabled = await requireFeature(runtime, authenticated)
    const selected = await selectMember(runtime, enabled).catch((error: unknown) =>
      countRefused(runtime, enabled, error),
    )
    reached = selected
    return await countRequest(runtime, selected)
  } catch (error) {
    throw await auditRefusal(runtime, reached, { operation: 'admit', error })
  }
}

/** The gates again, uncounted, for what outlives a request: a stream checks that it may still be open. */
export async function readmit(runtime: Runtime, admitted: Admitted): Promise<Admitted> {
  const selected = await selectMember(
    runtime,
    await requireFeature(runtime, await authenticate(runtime, admitted)),
  )
  // An email address may have become another member's.
  if (selected.member.id !== admitted.member.id) throw new AllvError('MEMBER_NOT_ALLOWED')
  return { ...selected, limit: 'kept' }
}

/** The same for a request that had to wait for the rest of itself: what has been refused meanwhile must not begin. */
export async function admitLate(runtime: Runtime, admitted: Admitted): Promise<Admitted> {
  return auditingRefusals(runtime, admitted, 'admit', () => readmit(runtime, admitted))
}

/** authorize, validate, (resume round,) begin run, approve, execute, end run and audit. */
export async function callTool(runtime: Runtime, admitted: Admitted, input: CallInput): Promise<CallOutcome> {
  let tool = input.name
  try {
    const authorized = await authorizeTool(runtime, admitted, input)
    tool = authorized.tool.name
    const validated = await validateArguments(runtime, authorized)
    const resumed = await resume(runtime, validated)
    if (isCallOutcome(resumed)) return await askedAgain(runtime, validated, resumed)
    const begun = await beginRun(runtime, resumed)
    if (isCallOutcome(begun)) return begun
    return await withReconnectGrace(runtime, begun, async (patient) =>
      (await mayBecomeTask(patient)) ? runAsTask(runtime, patient) : completeRun(runtime, patient),
    )
  } catch (error) {
    throw await auditRefusal(runtime, admitted, { operation: 'tools/call', error, tool })
  }
}

/** authorize (filter), execute, audit. */
export async function listTools(runtime: Runtime, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  return operation(runtime, admitted, 'tools/list', async () => {
    return { result: await visibleTools(runtime, admitted), facts: {} }
  })
}

/** The same by pages; `all` is the whole list. */
export async function pageOfTools(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<Page<ToolDefinition> & { readonly all: readonly ToolDefinition[] }> {
  return operation(runtime, admitted, 'tools/list', async () => {
    const load = () => visibleTools(runtime, admitted)
    const result = await pageOf(runtime, admitted, {
      list: 'tools',
      cursor,
      load,
      nameOf: ({ name }) => name,
    })
    return { result, facts: {} }
  })
}

/** validate, authorize (filter), execute, audit. */
export async function listMemory(runtime: Runtime, admitted: Admitted, cursor?: string): Promise<MemoryList> {
  return operation(runtime, admitted, 'memory/list', async () => {
    return { result: await listEntries(runtime, admitted, cursor), facts: {} }
  })
}

/** authorize (filter), execute, audit. */
export async function listMemoryTemplates(
  runtime: Runtime,
  admitted: Admitted,
): Promise<readonly MemoryTemplate[]> {
  return operation(runtime, admitted, 'memory/templates', async () => {
    return { result: await listTemplates(runtime, admitted), facts: {} }
  })
}

/** authorize, validate, execute, audit. `null` stands for an address that names nothing of this workspace; `address` is told of in the refusal. */
export async function readMemory(
  runtime: Runtime,
  admitted: Admitted,
  key: string | null,
  address?: string,
): Promise<MemoryEntry> {
  return operation(runtime, admitted, 'memory/read', async () => {
    const entry = key === null ? null : await readEntry(runtime, admitted, key)
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
export async function getApproval(
  runtime: Runtime,
  admitted: Admitted,
  id: string,
): Promise<Approval | null> {
  return operation(runtime, admitted, 'approvals/get', async () => {
    const result = await ownApproval(runtime, admitted, id)
    return { result, facts: shownApproval(id, result) }
  })
}

/** Like `getApproval`, once it is no longer pending or the time is up. */
export async function waitForApproval(
  runtime: Runtime,
  admitted: Admitted,
  id: string,
  options: WaitOptions,
): Promise<Approval | null> {
  return operation(runtime, admitted, 'approvals/wait', async () => {
    const result = await awaitDecision(runtime, admitted, id, options)
    return { result, facts: shownApproval(id, result) }
  })
}

/** Nothing ran, and there is no run of its own: the same questions went out once more. */
async function askedAgain(
  runtime: Runtime,
  validated: Validated,
  outcome: CallOutcome,
): Promise<CallOutcome> {
  await auditFact(runtime, validated, {
    type: 'run.joined',
    operation: 'tools/call',
    tool: validated.tool.name,
    runId: outcome.runId,
    argumentsDigest: validated.argumentsDigest,
    outcome: 'input_required',
  })
  return outcome
}

async function countRefused(runtime: Runtime, enabled: Enabled, error: unknown): Promise<never> {
  if (isAllvError(error) && error.status === 400) await countRefusedMember(runtime, enabled)
  throw error
}
