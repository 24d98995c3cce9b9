/** Step 8: a human's decision where one is needed. Bound to the exact call, consumed by one run, replayed to all others. */

import type { Approval, ApprovalVerdict } from '../adapters/approvals.js'
import type { JsonObject } from '../adapters/json.js'
import { bindingFields, bindingOf } from '../approvals/binding.js'
import { readApproval } from '../approvals/changes.js'
import { continueApproved, followApproval } from '../approvals/follow.js'
import { newId } from '../identity.js'
import { cleanText } from '../text.js'
import { callAdapter, reportFailure } from './adapter-call.js'
import { auditFact } from './audit.js'
import { NEVER_ASKS } from './built-in-tools.js'
import type { Approved, Begun } from './context.js'
import { type Answer, ended, isCallOutcome } from './outcome.js'
import type { Plane } from './plane.js'
import { toApproved } from './proofs.js'

const MAX_SUMMARY_LENGTH = 2000

/** `recheck` runs the gates again right before an approval is consumed. */
export async function approve(
  plane: Plane,
  begun: Begun,
  recheck: () => Promise<void>,
): Promise<Approved | Answer> {
  if (begun.builtIn && NEVER_ASKS.has(begun.tool.name)) return allowed(begun)
  if (begun.round === null && begun.resumes === null) return approveAnew(plane, begun, recheck)
  const { approvalId = null, consumedBy = null } = begun.round?.place ?? {}
  if (approvalId !== null && consumedBy !== null) {
    const approved = await continueApproved(plane, begun, {
      approvalId,
      consumedBy,
      binding: bindingOf(begun),
    })
    return isCallOutcome(approved) ? approved : { ...approved, answered: answeredIn(begun) }
  }
  const waitedFor = begun.resumes ?? approvalId
  if (waitedFor !== null) {
    const approval = await readApproval(plane, begun.correlationId, waitedFor)
    if (approval === null) return refuse(begun, 'APPROVAL_EXPIRED', null)
    return followApproval(plane, begun, { approval, binding: bindingOf(begun), recheck, created: false })
  }
  return approveAnew(plane, begun, recheck)
}

async function approveAnew(
  plane: Plane,
  begun: Begun,
  recheck: () => Promise<void>,
): Promise<Approved | Answer> {
  const verdict = await evaluate(plane, begun)
  switch (verdict.verdict) {
    case 'allow':
      return allowed(begun)
    case 'deny':
      return refuse(begun, 'APPROVAL_DENIED', verdict.reason ?? null)
    case 'operator':
    case 'member': {
      const binding = bindingOf(begun)
      const requested = await request(plane, begun, verdict, binding)
      return followApproval(plane, begun, { ...requested, binding, recheck })
    }
    default:
      throw new TypeError('approvals.evaluate gave no verdict of allow, deny, operator or member')
  }
}

function allowed(begun: Begun): Approved {
  return toApproved(begun, { approvalId: null, consumedBy: null, answered: answeredIn(begun) })
}

function answeredIn({ round }: Begun): Approved['answered'] {
  return round?.answered ?? { answers: null, state: null }
}

async function evaluate(plane: Plane, begun: Begun): Promise<ApprovalVerdict> {
  const { context, tool, correlationId } = begun
  const args = await handArguments(plane, begun)
  return callAdapter(plane, correlationId, () =>
    plane.config.adapters.approvals.evaluate({ context, tool, arguments: args }),
  )
}

/** A copy for the rule. A schema that makes something else of the arguments each time is a fault of the host, and nothing runs. */
async function handArguments(plane: Plane, { bound, correlationId }: Begun): Promise<JsonObject> {
  try {
    return await bound.hand()
  } catch (cause) {
    throw reportFailure(plane, correlationId, 'TOOL_FAILED', cause)
  }
}

async function request(
  plane: Plane,
  begun: Begun,
  verdict: Exclude<ApprovalVerdict, { verdict: 'allow' | 'deny' }>,
  binding: string,
): Promise<{ readonly approval: Approval; readonly created: boolean }> {
  const { approvalTtlMs, approvalReplayMs, adapters } = plane.config
  const { context, runId } = begun
  const id = newId('apr')
  const approval = await callAdapter(plane, begun.correlationId, () =>
    adapters.approvals.request({
      ...bindingFields(begun),
      id,
      binding,
      approver: verdict.verdict,
      arguments: begun.arguments,
      summary: typeof verdict.summary === 'string' ? cleanText(verdict.summary, MAX_SUMMARY_LENGTH) : null,
      credentialId: context.credential.id,
      credentialKind: context.credential.kind,
      face: context.face,
      client: context.client,
      runId,
      ttlMs: verdict.ttlMs ?? approvalTtlMs,
      replayMs: approvalReplayMs,
    }),
  )
  const created = approval.id === id
  if (created) {
    await auditFact(plane, begun, {
      type: 'approval.requested',
      tool: begun.tool.name,
      runId,
      approvalId: id,
      argumentsDigest: begun.argumentsDigest,
    })
  }
  return { approval, created }
}

function refuse(begun: Begun, code: 'APPROVAL_DENIED' | 'APPROVAL_EXPIRED', reason: string | null): Answer {
  const outcome = ended(begun.runId, code, { reason })
  return { kind: 'ended', runId: begun.runId, approvalId: begun.resumes, outcome, replayed: false }
}
