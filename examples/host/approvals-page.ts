/** Where an operator decides: a page for people, and the same routes in JSON for scripts. */

import type { Approval } from 'allv-mcp'
import type { PostgresAdapters } from 'allv-mcp/postgres'
import express, { type NextFunction, type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import { approvalsBody, type ListedApproval, notDecidedBody } from './approvals-view.js'
import { page } from './html.js'
import { OPERATOR, refuseForeignPosts, requireOperator } from './operator.js'
import { WORKSPACES } from './seed.js'

const CSP =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const STATUS = { decided: 200, not_found: 404, not_pending: 409, own_request: 403 } as const
const decisionBody = z.object({
  decision: z.enum(['approve', 'deny']),
  reason: z.string().trim().max(500).optional(),
})

type Stores = Pick<PostgresAdapters, 'approvals' | 'apiKeys' | 'members'>

export function createApprovalsPage(adapters: Stores, operatorPassword: string): Router {
  const { approvals } = adapters
  const router = express.Router()
  router.use('/approvals', requireOperator(operatorPassword), setHeaders)

  router.get('/approvals', async (req: Request, res: Response) => {
    const pages = await Promise.all(WORKSPACES.map(({ id }) => approvals.list({ workspaceId: id })))
    const all = pages.flatMap((page) => page.approvals)
    const listed = await Promise.all(all.map((approval) => toListed(adapters, approval)))
    if (wantsJson(req)) res.json({ approvals: listed })
    else res.send(page('Approvals', approvalsBody(listed)))
  })

  router.post(
    '/approvals/:id',
    refuseForeignPosts,
    express.json(),
    express.urlencoded({ extended: false }),
    async (req: Request, res: Response) => {
      const body = decisionBody.safeParse(req.body)
      if (!body.success) return answerBadBody(res)
      const { decision, reason } = body.data
      const id = String(req.params['id'])
      const result = await approvals.decide({
        id,
        decision,
        decidedBy: OPERATOR,
        ...(reason ? { reason } : {}),
      })
      const approval = 'approval' in result ? await toListed(adapters, result.approval) : null
      if (!isForm(req)) res.status(STATUS[result.status]).json({ status: result.status, approval })
      else if (result.status === 'decided') res.redirect(303, '/approvals')
      else res.status(STATUS[result.status]).send(page('Not decided', notDecidedBody(approval)))
    },
  )
  return router
}

function setHeaders(_req: Request, res: Response, next: NextFunction): void {
  res.set({ 'Content-Security-Policy': CSP, 'Cache-Control': 'no-store', Vary: 'Accept' })
  next()
}

function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json'
}

function isForm(req: Request): boolean {
  return Boolean(req.is('application/x-www-form-urlencoded'))
}

function answerBadBody(res: Response): void {
  res.status(400).json({ error: 'send {"decision": "approve" | "deny", "reason"?: at most 500 characters}' })
}

/** An approval names the member and the key by id; whoever decides must know who that is. */
async function toListed({ apiKeys, members }: Stores, approval: Approval): Promise<ListedApproval> {
  const { id, workspaceId, memberId, credentialId, tool, state } = approval
  const { requestedAt, expiresAt, decidedBy, reason } = approval
  const member = await members.findById({ workspaceId, memberId })
  const key = (await apiKeys.list({ workspaceId })).find((record) => record.id === credentialId)
  return {
    id,
    workspaceId,
    state,
    tool,
    arguments: approval.arguments,
    member: { id: memberId, email: member?.email ?? null },
    key: { id: credentialId, name: key?.name ?? null },
    requestedAt,
    expiresAt,
    decidedBy,
    reason,
  }
}
