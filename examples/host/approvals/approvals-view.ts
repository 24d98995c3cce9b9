/** The list of approvals, and the page in place of one that is not there. They work without a script. */

import { type Html, html } from '../pages/html.js'
import { approvalCard } from './approval-card.js'
import type { ApprovalFacts } from './approval-facts.js'
import { deciderName, type Viewer } from './viewer.js'

export interface ListedFacts {
  readonly facts: readonly ApprovalFacts[]
  /** Whether there are older ones, which the list leaves out. */
  readonly more: boolean
}

export function listBody(viewer: Viewer, { facts, more }: ListedFacts): Html {
  const pending = facts.filter(({ approval }) => approval.state === 'pending')
  const own = pending.filter(({ approval }) => deciderName(viewer, approval) !== null)
  const others = pending.filter(({ approval }) => deciderName(viewer, approval) === null)
  const earlier = facts.filter(({ approval }) => approval.state !== 'pending')
  const waitFor = viewer.kind === 'operator' ? 'Waiting for members' : 'Waiting for an operator'
  return html`${signedIn(viewer)}${own.length === 0 ? html`<p class="blank">Nothing waits for your decision.</p>` : section(viewer, 'Waiting for your decision', own)}${section(viewer, waitFor, others)}${section(viewer, 'Earlier', earlier)}${more ? html`<p class="quiet">Older ones are not shown here.</p>` : html``}`
}

/** The same words for one that is not there and for somebody else's. */
export function notFoundBody(viewer: Viewer): Html {
  return html`${signedIn(viewer)}<div class="blank"><p>You have no such approval. If a link led you here, it was made for somebody else, or it is mistyped.</p><p><a href="/approvals">All approvals</a></p></div>`
}

function signedIn({ name }: Viewer): Html {
  return html`<p class="quiet">Signed in as ${name}.</p>`
}

function section(viewer: Viewer, title: string, all: readonly ApprovalFacts[]): Html {
  if (all.length === 0) return html``
  return html`<section class="section"><h2>${title}<small>${all.length}</small></h2>${all.map((facts) => approvalCard(viewer, facts))}</section>`
}
