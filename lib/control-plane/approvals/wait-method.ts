/** The rungs on which a caller can wait for a person, best first. Every one of them is the same approval underneath. */

import type { Approval } from '../../adapters/approvals.js'
import { isLoopback } from '../../foundation/text/loopback.js'
import type { Begun } from '../request/call-stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { isShownWhole } from './describe.js'

export type WaitMethod =
  /** A handle that the client polls. */
  | { readonly kind: 'task'; readonly url: null }
  /** A form that the member confirms in: as questions in place of a result, or within the call. */
  | { readonly kind: 'form' | 'form-within-call'; readonly url: string | null }
  /** An address that the client shows: as questions in place of a result, or as an error. */
  | { readonly kind: 'url' | 'url-error'; readonly url: string }
  /** Everyone: the call is held for a while, and then answered with what to do. */
  | { readonly kind: 'result'; readonly url: string | null }

export async function chooseWaitMethod(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
): Promise<WaitMethod> {
  const { waits } = begun.input
  const open = approval.state === 'pending' || approval.state === 'executing'
  // A task is carried on from what is kept of its arguments.
  if (waits.task && open && (await begun.bound.canBeRecalled())) return { kind: 'task', url: null }
  if (approval.state !== 'pending') return { kind: 'result', url: null }
  const url = await urlOf(runtime, begun.context.correlationId, approval)
  if (mayConfirm(runtime, approval) && waits.form !== 'none')
    return { kind: waits.form === 'round' ? 'form' : 'form-within-call', url }
  if (url === null || waits.url === 'none') return { kind: 'result', url }
  return { kind: waits.url === 'round' ? 'url' : 'url-error', url }
}

/**
 * Consent of the caller's own client is enough only where the host chose so, where the client shows all that is agreed to, and can be recorded
 * only by a store that decides. Nobody is offered more, and no answer counts for more.
 */
export function mayConfirm({ config }: Runtime, approval: Approval): boolean {
  const { approver, state } = approval
  const open = approver === 'member' && state === 'pending'
  return open && config.adapters.approvals?.decide !== undefined && isShownWhole(approval)
}

/** A host that cannot give an address loses nothing but the link. */
async function urlOf(runtime: Runtime, correlationId: string, approval: Approval): Promise<string | null> {
  const { approvals } = runtime.config.adapters
  if (approvals?.url === undefined) return null
  const given = await callAdapter(
    runtime,
    correlationId,
    async () => (await approvals.url?.(approval)) ?? null,
  ).catch(() => null)
  return given !== null && isShowable(given) ? given : null
}

/** MCP 2026-07-28, client/elicitation, Safe URL Handling: HTTPS (plain only to this machine), and nothing in it that signs anybody in. */
function isShowable(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const safe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
  return safe && username === '' && password === ''
}
