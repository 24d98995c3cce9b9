/** Signs the operator in, and tells the operator's own posts from those that another site makes a browser send. */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

export const OPERATOR = 'operator'

/** HTTP Basic, which browsers and scripts both know. A real app has its sessions here. */
export function requireOperator(password: string): RequestHandler {
  const expected = fingerprint(`${OPERATOR}:${password}`)
  return function operatorOnly(req: Request, res: Response, next: NextFunction) {
    const [scheme, credentials = ''] = (req.get('authorization') ?? '').split(' ')
    const given = fingerprint(Buffer.from(credentials, 'base64').toString())
    if (scheme?.toLowerCase() === 'basic' && timingSafeEqual(given, expected)) return next()
    res
      .status(401)
      .set('WWW-Authenticate', 'Basic realm="approvals"')
      .json({ error: 'sign in as the operator' })
  }
}

/**
 * Browsers repeat Basic credentials by themselves, so a page of another site could decide in the operator's name. A browser
 * says where a post comes from, and that must be here; a script says nothing, and sends JSON, which no foreign form can.
 */
export function refuseForeignPosts(req: Request, res: Response, next: NextFunction): void {
  if (isOwnPost(req)) next()
  else res.status(403).json({ error: 'decide on the approvals page itself, or send JSON from a script' })
}

function isOwnPost(req: Request): boolean {
  const { origin } = req.headers
  const site = req.get('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === req.get('host')
  return /^application\/json\b/i.test(req.get('content-type') ?? '')
}

/** Equal lengths, for a comparison that takes the same time whatever was given. */
function fingerprint(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
