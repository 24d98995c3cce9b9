/** Express would answer an error with a page that shows the app's own files; this says what went wrong, and nothing else. */

import type { NextFunction, Request, Response } from 'express'
import { z } from 'zod'

/** What Express and its parsers throw at a request that cannot be read. */
const badRequest = z.object({ status: z.number().int().min(400).max(499) })

export function answerErrors(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  const bad = badRequest.safeParse(error)
  if (res.headersSent) next(error)
  else if (bad.success) res.status(bad.data.status).json({ error: 'this request cannot be read' })
  else {
    console.error(error)
    res.status(500).json({ error: 'something went wrong' })
  }
}
