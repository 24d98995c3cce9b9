/** Requests the approval of a call from the store, which gives the existing approval or makes one. */

import type { Approval, TooManyPending } from '../../adapters/approvals.js'
import { newId } from '../../foundation/crypto/api-key.js'
import { auditFact } from '../request/audit.js'
import type { Begun } from '../request/call-stages.js'
import type { Wanted } from '../request/objection.js'
import { knownApproval } from '../request/stored-records.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { bindingFields } from './binding.js'
import { approvalStore } from './store.js'

/** The result of `requestApproval`. */
export interface Requested {
  /** The approval for this call. */
  readonly approval: Approval
  /** True: the store made it for this request. */
  readonly created: boolean
}

/** `null`: the member already has as many pending approvals as the option `maxPendingApprovals` allows. */
export async function requestApproval(
  runtime: Runtime,
  begun: Begun,
  { verdict, summary, ttlMs }: Wanted,
  binding: string,
): Promise<Requested | null> {
  const { approvalTtlMs, approvalReplayMs, maxPendingApprovals } = runtime.config
  const approvals = approvalStore(runtime)
  const { context, run } = begun
  const id = newId('apr')
  const approval = await callAdapter(runtime, context.correlationId, () =>
    approvals.request({
      ...bindingFields(begun, verdict),
      id,
      binding,
      arguments: begun.arguments,
      summary,
      credentialId: context.credential.id,
      credentialKind: context.credential.kind,
      face: context.face,
      client: context.client,
      runId: run.id,
      ttlMs: ttlMs ?? approvalTtlMs,
      replayMs: approvalReplayMs,
      maxPending: maxPendingApprovals,
    }),
  )
  if (isTooMany(approval)) return null
  if (approval.approver !== verdict || approval.binding !== binding)
    throw new TypeError('approvals.request gave an approval that is not bound to this call')
  const created = approval.id === id
  if (created) await recordRequested(runtime, begun, approval)
  return { approval: knownApproval(approval), created }
}

function recordRequested(
  runtime: Runtime,
  { admitted, tool, run, argumentsDigest }: Begun,
  { id: approvalId }: Approval,
): Promise<void> {
  return auditFact(runtime, admitted, {
    type: 'approval.requested',
    tool: tool.name,
    runId: run.id,
    approvalId,
    argumentsDigest,
  })
}

function isTooMany(given: Approval | TooManyPending): given is TooManyPending {
  return 'status' in given && given.status === 'too_many_pending'
}
