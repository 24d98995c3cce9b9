/** Chooses how a caller waits for a decision. All methods wait for the same approval. */

import type { Approval } from '../../adapters/approvals.js'
import type { MemberContext } from '../../adapters/principal.js'
import { isLoopback } from '../../foundation/text/loopback.js'
import type { Begun } from '../request/call-stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { isShownWhole } from './describe.js'

/** How a caller can wait, best method first. `url`: where the approval is decided; `null` if the host gives no URL. */
export type WaitMethod =
  /** A task that the client polls. */
  | { readonly kind: 'task'; readonly url: null }
  /** A form in which the member decides: as an input request in place of a result, or as a server request during the call. */
  | { readonly kind: 'form' | 'form-within-call'; readonly url: string | null }
  /** A URL that the client shows: as an input request in place of a result, or as an error. */
  | { readonly kind: 'url' | 'url-error'; readonly url: string }
  /** For every client: the call is held, and then answered with a result that says what to do. */
  | { readonly kind: 'result'; readonly url: string | null }

/** The best method that the client, the store and the approval allow. */
export async function chooseWaitMethod(
  runtime: Runtime,
  begun: Begun,
  approval: Approval,
): Promise<WaitMethod> {
  const { waits } = begun.input
  const open = approval.state === 'pending' || approval.state === 'executing'
  // A task is resumed from its stored arguments.
  if (waits.task && open && (await begun.bound.canBeRecalled())) return { kind: 'task', url: null }
  if (approval.state !== 'pending') return { kind: 'result', url: null }
  const url = await urlOf(runtime, begun.context.correlationId, approval)
  if (mayConfirm(runtime, approval, begun.context) && waits.form !== 'none')
    return { kind: waits.form === 'round' ? 'form' : 'form-within-call', url }
  if (url === null || waits.url === 'none') return { kind: 'result', url }
  return { kind: waits.url === 'round' ? 'url' : 'url-error', url }
}

/**
 * Whether the member may decide in their own client: the policy requires only the member, the form shows the whole call, and the store has
 * `decide`. Otherwise no form is offered, and no form answer counts. An access token gives a client the authority to ask, and never to decide:
 * then the member decides on a page where they are signed in.
 */
export function mayConfirm(
  { config }: Runtime,
  approval: Approval,
  { credential }: Pick<MemberContext, 'credential'>,
): boolean {
  const { approver, state } = approval
  const open = approver === 'member' && state === 'pending' && credential.kind !== 'oauth'
  return open && config.adapters.approvals?.decide !== undefined && isShownWhole(approval)
}

/** If the host's `url` fails or gives an unsafe URL, the call is answered without a URL. */
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

/** HTTPS, or HTTP to a loopback address; no credentials in the URL. MCP 2026-07-28, client/elicitation, Safe URL Handling. */
function isShowable(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const safe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
  return safe && username === '' && password === ''
}
