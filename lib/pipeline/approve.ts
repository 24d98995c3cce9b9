/** Step 8: a human's decision where one is needed. Bound to the exact call, consumed by one run, replayed to all others. */

import type { Approval, ApprovalBinding, ApprovalVerdict } from '../adapters/approvals.js'
import { digestJson } from '../digest.js'
import { newId } from '../identity.js'
import { callAdapter } from './adapter-call.js'
import { auditFact } from './audit.js'
import { NEVER_ASKS } from './built-in-tools.js'
import type { Approved, Begun } from './context.js'
import { continueApproved, followApproval } from './follow-approval.js'
import { type Answer, ended } from './outcome.js'
import type { Plane } from './plane.js'

/** `recheck` runs the gates again right before an approval is consumed. */
export async function approve(
  plane: Plane,
  begun: Begun,
  recheck: () => Promise<void>,
): Promise<Approved | Answer> {
  if (begun.builtIn && NEVER_ASKS.has(begun.tool.name))
    return { ...begun, approvalId: null, consumedBy: null }
  const binding = bindingOf(begun)
  const { place } = begun.round ?? { place: null }
  if (place !== null && place.approvalId !== null)
    return continueApproved(plane, begun, { ...place, binding })
  if (begun.resumes !== null) {
    const approval = await readApproval(plane, begun, begun.resumes)
    if (approval === null) return refuse(begun, 'APPROVAL_EXPIRED', null)
    return followApproval(plane, begun, { approval, binding, recheck })
  }
  const verdict = await evaluate(plane, begun)
  switch (verdict.verdict) {
    case 'allow':
      return { ...begun, approvalId: null, consumedBy: null }
    case 'deny':
      return refuse(begun, 'APPROVAL_DENIED', verdict.reason ?? null)
    case 'operator':
    case 'member': {
      const approval = await request(plane, begun, verdict, binding)
      return followApproval(plane, begun, { approval, binding, recheck })
    }
    default:
      throw new TypeError('approvals.evaluate gave no verdict of allow, deny, operator or member')
  }
}

/** SHA-256 over everything that the decision is about: a call that differs in any of it has another binding. */
export function bindingOf({ context, tool, argumentsDigest, input }: Begun): string {
  return digestJson(bindingFields({ context, tool, argumentsDigest, input }))
}

function bindingFields({
  context,
  tool,
  argumentsDigest,
  input,
}: Pick<Begun, 'context' | 'tool' | 'argumentsDigest' | 'input'>): ApprovalBinding {
  return {
    workspaceId: context.workspaceId,
    memberId: context.member.id,
    tool: tool.name,
    definitionDigest: definitionDigest(tool),
    argumentsDigest,
    idempotencyKey: input.idempotencyKey,
  }
}

/** What a person approves is a call of this very definition; a tool that changed its meaning must be approved anew. */
export function definitionDigest({
  name,
  description,
  inputSchema,
  outputSchema,
  annotations,
}: Begun['tool']): string {
  return digestJson([name, description, inputSchema, outputSchema ?? null, { ...annotations }])
}

function evaluate(plane: Plane, begun: Begun): Promise<ApprovalVerdict> {
  const { context, tool, arguments: args, correlationId } = begun
  return callAdapter(plane, correlationId, () =>
    plane.config.adapters.approvals.evaluate({ context, tool, arguments: args }),
  )
}

async function request(
  plane: Plane,
  begun: Begun,
  verdict: Exclude<ApprovalVerdict, { verdict: 'allow' | 'deny' }>,
  binding: string,
): Promise<Approval> {
  const { approvalTtlMs, approvalReplayMs, adapters } = plane.config
  const id = newId('apr')
  const approval = await callAdapter(plane, begun.correlationId, () =>
    adapters.approvals.request({
      ...bindingFields(begun),
      id,
      binding,
      approver: verdict.verdict,
      arguments: begun.arguments,
      summary: verdict.summary ?? null,
      credentialId: begun.context.credential.id,
      face: begun.context.face,
      client: begun.context.client,
      runId: begun.runId,
      ttlMs: verdict.ttlMs ?? approvalTtlMs,
      replayMs: approvalReplayMs,
    }),
  )
  if (approval.id === id) {
    await auditFact(plane, begun, {
      type: 'approval.requested',
      tool: begun.tool.name,
      runId: begun.runId,
      approvalId: id,
      argumentsDigest: begun.argumentsDigest,
    })
  }
  return approval
}

export function readApproval(plane: Plane, begun: Begun, id: string): Promise<Approval | null> {
  return callAdapter(plane, begun.correlationId, () => plane.config.adapters.approvals.get({ id }))
}

function refuse(begun: Begun, code: 'APPROVAL_DENIED' | 'APPROVAL_EXPIRED', reason: string | null): Answer {
  const outcome = ended(begun.runId, code, { reason })
  return { kind: 'ended', runId: begun.runId, approvalId: begun.resumes, outcome, replayed: false }
}
