/** Tells a person's own posts from those that another site makes their browser send. */

import type { NextFunction, Request, Response } from 'express'

/**
 * Browsers repeat Basic credentials by themselves, so a page of another site could decide in somebody's name. A browser
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
