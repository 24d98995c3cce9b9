/** The order of the steps. Both faces come through here, and there is no other way to an adapter. */

import type { Approval } from '../adapters/approvals.js'
import type { MemoryEntry, MemoryList, MemoryTemplate } from '../adapters/memory.js'
import type { ToolDefinition } from '../adapters/tools.js'
import { AllvError, isAllvError } from '../errors.js'
import { toAllvError } from './adapter-call.js'
import { approve, definitionDigest } from './approve.js'
import { auditFact } from './audit.js'
import { authenticate } from './authenticate.js'
import { authorizeTool, visibleTools } from './authorize.js'
import { beginRun } from './begin-run.js'
import type { Admitted, Authorized, Begun, CallInput, Gated, MemberSelected, Received } from './context.js'
import { endRun, settleApproval } from './end-run.js'
import { execute } from './execute.js'
import { gate } from './gate.js'
import { limit, limitRefusedMember } from './limit.js'
import { listEntries, listTemplates, readEntry } from './memory.js'
import { type Answer, type CallOutcome, ended, isCallOutcome } from './outcome.js'
import { ownApproval } from './own-approval.js'
import type { Plane } from './plane.js'
import { selectMember } from './select-member.js'
import { validateArguments } from './validate.js'
import { waitForApproval as awaitDecision, type WaitOptions } from './wait-for-approval.js'

/** authenticate, gate, select member, limit: once for every request, whatever it asks for. */
export async function admit(plane: Plane, received: Received): Promise<Admitted> {
  let reached: Received = received
  try {
    if (received.closing.aborted) throw new AllvError('SHUTTING_DOWN', { retryAfterSeconds: 1 })
    const authenticated = await authenticate(plane, received)
    reached = authenticated
    const gated = await gate(plane, authenticated)
    const selected = await selectCounted(plane, gated)
    reached = selected
    return await limit(plane, selected)
  } catch (error) {
    throw await refused(plane, reached, 'admit', error)
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

/** authorize, validate, begin run, approve, execute, end run and audit. */
export async function callTool(plane: Plane, admitted: Admitted, input: CallInput): Promise<CallOutcome> {
  let tool = input.name
  try {
    const authorized = await authorizeTool(plane, admitted, input)
    tool = authorized.tool.name
    const validated = validateArguments(plane, authorized)
    const begun = await beginRun(plane, validated)
    return isCallOutcome(begun) ? begun : await finish(plane, begun)
  } catch (error) {
    throw await refused(plane, admitted, 'tools/call', error, tool)
  }
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

async function selectCounted(plane: Plane, gated: Gated): Promise<MemberSelected> {
  try {
    return await selectMember(plane, gated)
  } catch (error) {
    if (isAllvError(error) && error.status === 400) await limitRefusedMember(plane, gated)
    throw error
  }
}

async function finish(plane: Plane, begun: Begun): Promise<Answer> {
  try {
    const approved = await approve(plane, begun, () => recheck(plane, begun))
    if (isCallOutcome(approved)) {
      await endRun(plane, begun, approved)
      return approved
    }
    const outcome = await execute(plane, approved)
    await settleApproval(plane, approved, outcome)
    const { runId, approvalId } = approved
    const call: Answer = { kind: 'ended', runId, approvalId, outcome, replayed: false }
    await endRun(plane, begun, call)
    return call
  } catch (error) {
    const failure = toAllvError(plane, begun.correlationId, error)
    const { runId, resumes } = begun
    await endRun(plane, begun, {
      kind: 'ended',
      runId,
      approvalId: resumes,
      outcome: ended(runId, failure.code),
      replayed: false,
    })
    throw failure
  }
}

/** Permission, again: the key, the flag, the member, the tool and its definition, as they are when an approval is consumed. */
async function recheck(plane: Plane, begun: Authorized): Promise<void> {
  const selected = await selectMember(plane, await gate(plane, await authenticate(plane, begun)))
  const authorized = await authorizeTool(plane, { ...selected, limit: 'kept' }, begun.input)
  if (definitionDigest(authorized.tool) !== definitionDigest(begun.tool))
    throw new AllvError('APPROVAL_EXPIRED')
}

async function audited<T>(
  plane: Plane,
  admitted: Admitted,
  operation: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw await refused(plane, admitted, operation, error)
  }
}

async function refused(
  plane: Plane,
  reached: Received,
  operation: string,
  error: unknown,
  tool?: string,
): Promise<AllvError> {
  const failure = toAllvError(plane, reached.correlationId, error)
  await auditFact(plane, reached, {
    type: 'request.refused',
    operation,
    code: failure.code,
    ...(tool === undefined ? {} : { tool: tool.slice(0, 128) }),
  })
  return failure
}
