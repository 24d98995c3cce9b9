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

/** Browsers repeat Basic credentials by themselves, so a form of another site could decide. JSON cannot be sent across sites without asking. */
export function refuseForeignForms(req: Request, res: Response, next: NextFunction): void {
  const isJson = req.is('application/json') !== false && req.is('application/json') !== null
  const { origin } = req.headers
  const sameSite =
    req.get('sec-fetch-site') === 'same-origin' ||
    (origin !== undefined && URL.canParse(origin) && new URL(origin).host === req.get('host'))
  if (isJson || sameSite) next()
  else res.status(403).json({ error: 'decide on the approvals page itself, or send JSON' })
}

function fingerprint(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
