/** One approval in the list: who asks for what, exactly; what it would change; and what became of it. */

import { visibleText } from 'allv-mcp'
import { type Html, html } from '../pages/html.js'
import type { ApprovalFacts } from './approval-facts.js'
import { decisionPart, whatBecameOfIt, whatItWouldDo, whoAsks } from './approval-parts.js'
import type { Viewer } from './viewer.js'

export function approvalCard(viewer: Viewer, facts: ApprovalFacts): Html {
  const { id, tool, state, summary } = facts.approval
  return html`<article><h3><a href="/approvals/${encodeURIComponent(id)}"><code>${tool}</code></a> <span class="state ${state}">${state}</span></h3>
${summary === null ? html`` : html`<p class="summary">${visibleText(summary)}</p>`}
${whoAsks(facts)}
${whatItWouldDo(facts)}
${whatBecameOfIt(facts)}
${state === 'pending' ? decisionPart(viewer, facts.approval) : html``}</article>`
}
