/** The parts in which an approval is shown: who asks, what it would do, what became of it, and the decision. */

import { type Approval, type ClientInfo, visibleText } from 'allv-mcp'
import { type Html, html } from '../pages/html.js'
import type { ApprovalFacts } from './approval-facts.js'
import { memoryPreviewBody } from './memory-preview-view.js'
import { deciderName, type Viewer } from './viewer.js'

const INTERFACES = { mcp: 'MCP', agent: 'Agent API, in the app itself' } as const
const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['page', 'on the approvals page'],
  ['script', 'through a script'],
  ['elicitation', 'in the AI client'],
])

export function whoAsks({ approval, member, keyName }: ApprovalFacts): Html {
  const { workspaceId, memberId, credentialId, face, approver, requestedAt, expiresAt } = approval
  return html`<dl class="facts">${row('Client', clientWords(approval.client))}${row('As member', visibleText(`${member?.email ?? memberId} in ${workspaceId}`))}${row('Through key', visibleText(keyName === null ? credentialId : `${keyName} (${credentialId})`))}${row('Interface', INTERFACES[face])}${row('Who decides', approver === 'operator' ? 'an operator, not the member who asks' : 'the member who asks')}${row('Requested', time(requestedAt))}${row('Expires', time(expiresAt))}</dl>`
}

export function whatItWouldDo({ approval, preview }: ApprovalFacts): Html {
  return html`${preview === null ? html`` : memoryPreviewBody(preview)}<h4>Exact arguments</h4><pre>${visibleText(JSON.stringify(approval.arguments, null, 2))}</pre>`
}

export function whatBecameOfIt({ approval, member }: ApprovalFacts): Html {
  const { state, memberId, decidedBy, decidedAt, channel, reason, consumedAt, settledAt, outcome } = approval
  if (decidedBy === null || decidedAt === null) return html``
  const who = visibleText(decidedBy === memberId ? (member?.email ?? memberId) : decidedBy)
  const through = channel === null ? '' : `, ${CHANNELS.get(channel) ?? visibleText(channel)}`
  const decided = `${state === 'denied' ? 'Denied' : 'Approved'} by ${who}${through}`
  const began = consumedAt === null ? html`` : row('Execution began', time(consumedAt))
  const ended = settledAt === null ? html`` : row('Execution ended', time(settledAt))
  return html`<dl class="facts">${row('Decision', decided)}${row('Decided', time(decidedAt))}${row('Reason', reason === null ? 'none given' : visibleText(reason))}${began}${ended}${outcome === null ? html`` : row('Outcome', outcomeWords(outcome))}</dl>`
}

/** Deny comes first in the document, because the Enter key in the field presses the first button. */
export function decisionPart(viewer: Viewer, approval: Approval): Html {
  if (deciderName(viewer, approval) === null) {
    return viewer.kind === 'operator'
      ? html`<p class="quiet">The member who asks confirms this, here or in the AI client.</p>`
      : html`<p class="quiet">An operator decides this: somebody other than you.</p>`
  }
  return html`<form class="decision" method="post" action="/approvals/${encodeURIComponent(approval.id)}"><input class="input" name="reason" maxlength="500" placeholder="Reason (optional)" aria-label="Reason"><button class="btn tall deny" name="decision" value="deny">Deny</button><button class="btn tall approve" name="decision" value="approve">Approve</button></form>`
}

/** Anybody who holds the key can call a client what they like. */
function clientWords(client: ClientInfo | null): string {
  return client === null
    ? 'not named'
    : `${visibleText(client.name)} ${visibleText(client.version)} (by its own account, not verified)`
}

function outcomeWords({ status, errorCode, message }: NonNullable<Approval['outcome']>): string {
  const code = errorCode === null ? '' : ` (${errorCode})`
  return `${status.replace('_', ' ')}${code}${message === null ? '' : `: ${visibleText(message)}`}`
}

function row(term: string, description: string | Html): Html {
  return html`<dt>${term}</dt><dd>${description}</dd>`
}

function time(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${at.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>`
}
