/** The page where a person decides what waits. Replace the password with the sign-in of your app. */

import { createHash, timingSafeEqual } from 'node:crypto'
import { type Approval, visibleText } from 'allv-mcp'
import type { PostgresApprovals } from 'allv-mcp/postgres'
import express, { type NextFunction, type Request, type Response, type Router } from 'express'

const CSP = "default-src 'none'; form-action 'self'; frame-ancestors 'none'"

interface PageOptions {
  readonly approvals: PostgresApprovals
  readonly workspaceId: string
  readonly password: string
}

export function createApprovalsPage({ approvals, workspaceId, password }: PageOptions): Router {
  const router = express.Router()
  router.use('/approvals', requireOperator(password))

  router.get('/approvals', async (_req: Request, res: Response) => {
    const { approvals: waiting } = await approvals.list({ workspaceId, state: 'pending' })
    res.send(page(waiting))
  })

  router.post(
    '/approvals/:id',
    express.urlencoded({ extended: false }),
    async (req: Request, res: Response) => {
      const decision = req.body?.decision
      if (decision !== 'approve' && decision !== 'deny') return void res.status(400).send('approve or deny')
      const found = await approvals.get({ id: String(req.params['id']) })
      if (found?.workspaceId !== workspaceId) return void res.status(404).send('There is no such approval.')
      await approvals.decide({ id: found.id, decision, decidedBy: 'operator', channel: 'page' })
      res.redirect(303, '/approvals')
    },
  )
  return router
}

/** Name `operator`, and the password. Pages of other sites cannot decide in the name of who has signed in here. */
function requireOperator(password: string) {
  const expected = digest(`Basic ${Buffer.from(`operator:${password}`).toString('base64')}`)
  return (req: Request, res: Response, next: NextFunction) => {
    res.set({ 'Content-Security-Policy': CSP, 'Cache-Control': 'no-store' })
    if (req.method === 'POST' && isForeign(req))
      return void res.status(403).send('Decide on this page itself.')
    if (timingSafeEqual(expected, digest(req.get('authorization') ?? ''))) return next()
    res.set('WWW-Authenticate', 'Basic realm="approvals"').status(401).send('Sign in as operator.')
  }
}

/** Browsers repeat the password by themselves, and say where a post comes from. Scripts say nothing. */
function isForeign(req: Request): boolean {
  const site = req.get('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = req.get('origin')
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== req.get('host'))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function page(waiting: readonly Approval[]): string {
  const items = waiting.map(
    ({
      id,
      memberId,
      tool,
      arguments: args,
    }) => `<li><p>${escapeHtml(memberId)} wants <b>${escapeHtml(tool)}</b></p>
<pre>${escapeHtml(JSON.stringify(args, null, 2))}</pre>
<form method="post" action="/approvals/${encodeURIComponent(id)}"><button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button></form></li>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Approvals</title><h1>Approvals</h1>
${items.length === 0 ? '<p>Nothing waits.</p>' : `<ul>${items.join('')}</ul>`}</html>`
}

/** Also writes out characters that a person would not see. */
function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
