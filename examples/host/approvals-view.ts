/** The approvals as a person reads them. It works without scripts. */

import type { Approval } from 'allv-mcp'
import { type Html, html } from './html.js'

/** What an operator gets to see of an approval, on the page and in JSON. */
export interface ListedApproval
  extends Pick<
    Approval,
    | 'id'
    | 'workspaceId'
    | 'state'
    | 'tool'
    | 'arguments'
    | 'requestedAt'
    | 'expiresAt'
    | 'decidedBy'
    | 'reason'
  > {
  readonly member: { readonly id: string; readonly email: string | null }
  /** The key that the client came with. */
  readonly key: { readonly id: string; readonly name: string | null }
}

export function approvalsBody(approvals: readonly ListedApproval[]): Html {
  const waiting = approvals.filter(({ state }) => state === 'pending')
  const decided = approvals.filter(({ state }) => state !== 'pending')
  return html`${waiting.length === 0 ? html`<p class="quiet">Nothing waits for a decision.</p>` : html`${waiting.map(card)}`}${decided.length === 0 ? html`` : html`<h2>Earlier</h2>${decided.map(card)}`}`
}

/** Somebody else was faster, time ran out, or the link is wrong. */
export function notDecidedBody(approval: ListedApproval | null): Html {
  const state =
    approval === null ? html`There is no such approval.` : html`This approval is ${approval.state}.`
  return html`<p>${state} <a href="/approvals">Back to the list</a></p>${approval === null ? html`` : card(approval)}`
}

function card(approval: ListedApproval): Html {
  const { tool, state, member, key, workspaceId, requestedAt, expiresAt, decidedBy, reason } = approval
  const decision =
    decidedBy === null
      ? html``
      : html`<dt>Decided by</dt><dd>${decidedBy}</dd><dt>Reason</dt><dd>${reason ?? 'none given'}</dd>`
  return html`<article><h3><code>${tool}</code> <span class="state ${state}">${state}</span></h3>
<pre>${JSON.stringify(approval.arguments, null, 2)}</pre>
<dl><dt>Member</dt><dd>${member.email ?? member.id} in ${workspaceId}</dd><dt>Through key</dt><dd>${key.name ?? key.id}</dd><dt>Requested</dt><dd>${time(requestedAt)}</dd><dt>Expires</dt><dd>${time(expiresAt)}</dd>${decision}</dl>
${state === 'pending' ? form(approval) : html``}</article>`
}

/** Deny comes first in the document, because the Enter key in the field presses the first button. */
function form({ id }: ListedApproval): Html {
  return html`<form method="post" action="/approvals/${encodeURIComponent(id)}"><input name="reason" maxlength="500" placeholder="Reason (optional)" aria-label="Reason"><button name="decision" value="deny">Deny</button><button name="decision" value="approve">Approve</button></form>`
}

function time(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${at.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>`
}
