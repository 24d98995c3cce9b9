/** The headers of the app's pages: they load nothing of other sites, and no other site shows them in a frame. */

import type { RequestHandler } from 'express'

const NO_SCRIPT = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
]
/** One script of this app, which writes no HTML. */
const ONE_SCRIPT = [
  "default-src 'none'",
  "script-src 'self'",
  "require-trusted-types-for 'script'",
  ...NO_SCRIPT.slice(1),
]

export function pageHeaders({ script }: { readonly script: boolean }): RequestHandler {
  const headers = {
    'Content-Security-Policy': (script ? ONE_SCRIPT : NO_SCRIPT).join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  }
  return (_req, res, next) => {
    res.set(headers)
    next()
  }
}
