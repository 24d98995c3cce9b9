/** One approval on its own page: what will happen, who asks, and the decision beside it. It works without a script. */

import { type Approval, visibleText } from 'allv-mcp'
import { type Html, html } from '../pages/html.js'
import type { ApprovalFacts } from './approval-facts.js'
import { decisionPart, whatBecameOfIt, whatItWouldDo, whoAsks } from './approval-parts.js'
import { deciderName, type Viewer } from './viewer.js'

export function approvalBody(viewer: Viewer, facts: ApprovalFacts): Html {
  const { approval } = facts
  const { tool, state, summary } = approval
  return html`<p class="crumbs"><a href="/approvals">All approvals</a><span class="quiet">Signed in as ${viewer.name}.</span></p>
<h1 class="page-title">${visibleText(summary ?? `Calls ${tool}`)}</h1>
<p class="row"><span class="state ${state}">${stateWords(viewer, approval)}</span><code class="faint">${tool}</code></p>
<div class="split"><div class="approval">${whatItWouldDo(facts)}</div>
<aside class="stack"><section class="sheet"><h2 class="panel-title">${state === 'pending' ? 'Decision' : 'What became of it'}</h2><div class="box">${decisionOf(viewer, facts)}</div></section>
<section class="stack"><h2>Asked by</h2>${whoAsks(facts)}</section></aside></div>`
}

/** Somebody else was faster, time ran out, or it is for somebody else to decide. */
export function notDecidedBody(viewer: Viewer, facts: ApprovalFacts): Html {
  return html`<p class="notice">Nothing was decided just now, because of how this approval stands.</p>${approvalBody(viewer, facts)}`
}

function decisionOf(viewer: Viewer, facts: ApprovalFacts): Html {
  const { approval } = facts
  if (approval.state === 'pending') return decisionPart(viewer, approval)
  return approval.decidedAt === null
    ? html`<p class="quiet">${stateWords(viewer, approval)}.</p>`
    : whatBecameOfIt(facts)
}

/** The state in the words of the person who looks. */
function stateWords(viewer: Viewer, approval: Approval): string {
  const { state, decidedAt } = approval
  switch (state) {
    case 'pending':
      if (deciderName(viewer, approval) !== null) return 'Waiting for your decision'
      return viewer.kind === 'operator' ? 'Waiting for the member' : 'Waiting for an operator'
    case 'approved':
      return 'Approved: it runs when the client asks again'
    case 'denied':
      return 'Denied'
    case 'expired':
      return decidedAt === null
        ? 'Expired before anybody decided'
        : 'Approved, and expired before it was used'
    case 'executing':
      return 'Approved, and running'
    case 'settled':
      return 'Approved and executed'
    case 'unknown':
      return 'Approved and begun: nobody knows how it ended'
  }
}
