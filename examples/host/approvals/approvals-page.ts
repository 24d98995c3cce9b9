/** Where approvals are decided: pages for people, and the same routes in JSON for scripts. */

import type { Approval } from 'allv-mcp'
import type { PostgresAdapters } from 'allv-mcp/postgres'
import express, { type NextFunction, type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import { type Page, renderPage } from '../pages/page.js'
import { pageHeaders } from '../pages/page-headers.js'
import { WORKSPACES } from '../seed.js'
import { factsOf, toJson } from './approval-facts.js'
import { approvalBody, notDecidedBody } from './approval-view.js'
import { listBody, notFoundBody } from './approvals-view.js'
import { refuseForeignPosts } from './foreign-posts.js'
import { createSignIn, type Passwords, type SignedIn } from './sign-in.js'
import { deciderName, maySee, type Viewer } from './viewer.js'

const STATUS = { decided: 200, not_pending: 409, own_request: 403, not_for_you: 403 } as const
const decisionBody = z.object({
  decision: z.enum(['approve', 'deny']),
  reason: z.string().trim().max(500).optional(),
})

type Stores = Pick<PostgresAdapters, 'approvals' | 'apiKeys' | 'members' | 'memory'>
type Answer = Response<unknown, SignedIn>

export function createApprovalsPage(stores: Stores, passwords: Passwords): Router {
  const router = express.Router()
  router.use('/approvals', pageHeaders({ script: false }), varyByAccept, createSignIn(stores, passwords))
  router.get('/approvals', (req: Request, res: Answer) => answerList(stores, req, res))
  router.get('/approvals/:id', (req: Request, res: Answer) => answerOne(stores, req, res))
  router.post(
    '/approvals/:id',
    refuseForeignPosts,
    express.json(),
    express.urlencoded({ extended: false }),
    (req: Request, res: Answer) => answerDecision(stores, req, res),
  )
  return router
}

async function answerList(stores: Stores, req: Request, res: Answer): Promise<void> {
  const { viewer } = res.locals
  const { approvals, more } = await listFor(stores, viewer)
  const facts = await Promise.all(approvals.map((approval) => factsOf(stores, approval)))
  if (wantsJson(req)) res.json({ approvals: facts.map(toJson) })
  else res.send(page('Approvals', listBody(viewer, { facts, more })))
}

async function answerOne(stores: Stores, req: Request, res: Answer): Promise<void> {
  const { viewer } = res.locals
  const approval = await findFor(stores, req, viewer)
  if (approval === null) return answerNotFound(res, { json: wantsJson(req) })
  const facts = await factsOf(stores, approval)
  if (wantsJson(req)) res.json({ approval: toJson(facts) })
  else res.send(page('Approval', approvalBody(viewer, facts), { ownHeading: true }))
}

async function answerDecision(stores: Stores, req: Request, res: Answer): Promise<void> {
  const { viewer } = res.locals
  const body = decisionBody.safeParse(req.body)
  if (!body.success) return answerBadBody(res)
  const json = !isForm(req)
  const found = await findFor(stores, req, viewer)
  if (found === null) return answerNotFound(res, { json })
  const { status, approval } = await decide(stores, viewer, found, {
    ...body.data,
    channel: json ? 'script' : 'page',
  })
  if (status === 'decided' && !json) return res.redirect(303, `/approvals/${encodeURIComponent(approval.id)}`)
  const facts = await factsOf(stores, approval)
  res.status(STATUS[status])
  if (json) res.json({ status, approval: toJson(facts) })
  else res.send(page('Not decided', notDecidedBody(viewer, facts), { ownHeading: true }))
}

interface Decided {
  readonly status: keyof typeof STATUS
  readonly approval: Approval
}

async function decide(
  { approvals }: Stores,
  viewer: Viewer,
  approval: Approval,
  { decision, reason, channel }: z.infer<typeof decisionBody> & { readonly channel: string },
): Promise<Decided> {
  const decidedBy = deciderName(viewer, approval)
  if (decidedBy === null)
    return { status: viewer.kind === 'member' ? 'own_request' : 'not_for_you', approval }
  const { id } = approval
  const result = await approvals.decide({ id, decision, decidedBy, channel, ...(reason ? { reason } : {}) })
  return result.status === 'not_found' ? { status: 'not_pending', approval } : result
}

/** All that wait, and what was decided lately. */
async function listFor({ approvals }: Stores, viewer: Viewer) {
  const scopes =
    viewer.kind === 'operator'
      ? WORKSPACES.map(({ id }) => ({ workspaceId: id }))
      : viewer.members.map(({ workspaceId, id }) => ({ workspaceId, memberId: id }))
  const pages = await Promise.all(
    scopes.flatMap((scope) => [approvals.list({ ...scope, state: 'pending' }), approvals.list(scope)]),
  )
  const all = new Map(pages.flatMap((one) => one.approvals).map((approval) => [approval.id, approval]))
  return {
    approvals: [...all.values()].sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime()),
    more: pages.some(({ nextCursor }) => nextCursor !== null),
  }
}

/** `null` for one that this viewer may not see, as for one that is not there: a link is a name, and opens nothing by itself. */
async function findFor({ approvals }: Stores, req: Request, viewer: Viewer): Promise<Approval | null> {
  const approval = await approvals.get({ id: String(req.params['id']) })
  return approval !== null && maySee(viewer, approval) ? approval : null
}

function varyByAccept(_req: Request, res: Response, next: NextFunction): void {
  res.vary('Accept')
  next()
}

function page(title: string, body: Page['body'], heading: Pick<Page, 'ownHeading'> = {}): string {
  return renderPage({ title, section: '/approvals', body, ...heading })
}

function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json'
}

function isForm(req: Request): boolean {
  return Boolean(req.is('application/x-www-form-urlencoded'))
}

function answerNotFound(res: Answer, { json }: { readonly json: boolean }): void {
  res.status(404)
  if (json) res.json({ status: 'not_found', approval: null })
  else res.send(page('No such approval', notFoundBody(res.locals.viewer)))
}

function answerBadBody(res: Response): void {
  res.status(400).json({ error: 'send {"decision": "approve" | "deny", "reason"?: at most 500 characters}' })
}
