/** The approvals as a person reads them: the list, one alone, and why one could not be decided. They work without scripts. */

import { type Html, html } from '../pages/html.js'
import { approvalCard, standing } from './approval-card.js'
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
  return html`${signedIn(viewer)}${own.length === 0 ? html`<p>Nothing waits for your decision.</p>` : section(viewer, 'Waiting for your decision', own)}${section(viewer, waitFor, others)}${section(viewer, 'Earlier', earlier)}${more ? html`<p class="quiet">Older ones are not shown here.</p>` : html``}`
}

export function approvalBody(viewer: Viewer, facts: ApprovalFacts): Html {
  return html`${signedIn(viewer)}<h2>${standing(viewer, facts.approval)}</h2>${approvalCard(viewer, facts)}${BACK}`
}

/** Somebody else was faster, time ran out, or it is for somebody else to decide. */
export function notDecidedBody(viewer: Viewer, facts: ApprovalFacts): Html {
  return html`<p>Nothing was decided just now, because of how this approval stands.</p>${approvalBody(viewer, facts)}`
}

/** The same words for one that is not there and for somebody else's. */
export function notFoundBody(viewer: Viewer): Html {
  return html`${signedIn(viewer)}<p>You have no such approval. If a link led you here, it was made for somebody else, or it is mistyped.</p>${BACK}`
}

const BACK = html`<p><a href="/approvals">All approvals</a></p>`

function signedIn({ name }: Viewer): Html {
  return html`<p class="quiet">Signed in as ${name}.</p>`
}

function section(viewer: Viewer, title: string, all: readonly ApprovalFacts[]): Html {
  if (all.length === 0) return html``
  return html`<h2>${title}</h2>${all.map((facts) => approvalCard(viewer, facts))}`
}
