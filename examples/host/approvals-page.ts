/** Where an operator decides: a page for people, the same routes in JSON for scripts. */

import type { Approval } from 'allv-mcp'
import type { InMemoryAdapters } from 'allv-mcp/testing'
import express, { type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import { type Html, html, page } from './html.js'
import { OPERATOR, refuseForeignForms, requireOperator } from './operator.js'

const decision = z.object({ decision: z.enum(['approve', 'deny']), reason: z.string().max(500).optional() })
const STATUS = { decided: 200, not_found: 404, not_pending: 409, own_request: 403 } as const

export function createApprovalsPage(adapters: InMemoryAdapters, password: string): Router {
  const { approvals, apiKeys, members } = adapters
  const pages = express.Router()
  pages.use('/approvals', requireOperator(password), (_req, res, next) => {
    res.set({
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
    })
    next()
  })
  pages.get('/approvals', async (req: Request, res: Response) => {
    const listed = approvals.list()
    if (req.accepts(['html', 'json']) === 'json') return void res.json({ approvals: listed.map(toJson) })
    const names = new Map(apiKeys.all().map(({ id, name }) => [id, name]))
    const cards = await Promise.all(
      listed.map(async (approval) => {
        const member = await members.findById(approval)
        return card(approval, {
          member: member?.email ?? approval.memberId,
          key: names.get(approval.credentialId) ?? approval.credentialId,
        })
      }),
    )
    res.send(
      page('Approvals', cards.length > 0 ? html`${cards}` : html`<p>Nothing waits for a decision.</p>`),
    )
  })
  pages.post(
    '/approvals/:id',
    refuseForeignForms,
    express.json(),
    express.urlencoded({ extended: false }),
    async (req: Request, res: Response) => {
      const body = decision.safeParse(req.body)
      if (!body.success)
        return void res.status(400).json({ error: 'send {"decision": "approve" | "deny", "reason"?}' })
      const { reason } = body.data
      const id = String(req.params['id'])
      const result = await approvals.decide({
        id,
        decision: body.data.decision,
        decidedBy: OPERATOR,
        ...(reason ? { reason } : {}),
      })
      if (result.status === 'decided' && req.is('application/x-www-form-urlencoded'))
        return res.redirect(303, '/approvals')
      const approval = 'approval' in result ? { approval: toJson(result.approval) } : {}
      res.status(STATUS[result.status]).json({ status: result.status, ...approval })
    },
  )
  return pages
}

function toJson(approval: Approval) {
  const {
    id,
    workspaceId,
    memberId,
    credentialId,
    tool,
    arguments: args,
    state,
    requestedAt,
    expiresAt,
    decidedBy,
    reason,
  } = approval
  return {
    id,
    workspaceId,
    memberId,
    credentialId,
    tool,
    arguments: args,
    state,
    requestedAt,
    expiresAt,
    decidedBy,
    reason,
  }
}

function card(approval: Approval, { member, key }: { readonly member: string; readonly key: string }): Html {
  const { id, tool, state, workspaceId, requestedAt, expiresAt, decidedBy, reason } = approval
  const decided =
    decidedBy === null
      ? html``
      : html`<dt>Decided by</dt><dd>${decidedBy}${reason === null ? '' : `: ${reason}`}</dd>`
  const form = html`<form method="post" action="/approvals/${id}"><input name="reason" placeholder="Reason (optional)" aria-label="Reason"><button name="decision" value="approve">Approve</button><button name="decision" value="deny">Deny</button></form>`
  return html`<article><h2>${tool}<span class="state">${state}</span></h2>
<dl><dt>Asked by</dt><dd>${member} in ${workspaceId}</dd><dt>Through</dt><dd>${key}</dd><dt>Requested</dt><dd>${requestedAt.toISOString()}</dd><dt>Expires</dt><dd>${expiresAt.toISOString()}</dd>${decided}</dl>
<pre>${JSON.stringify(approval.arguments, null, 2)}</pre>${state === 'pending' ? form : html``}</article>`
}
