/** Lets in what real clients send, where oidc-provider is stricter than they are. */

import express, { type NextFunction, type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import { DEFAULT_SCOPES } from './scopes.js'

const registration = z.looseObject({ redirect_uris: z.array(z.string()).optional() })

/** Goes in front of the provider. */
export function createClientShim(): Router {
  const router = express.Router()
  router.post('/reg', express.json({ limit: '64kb' }), (req: Request, _res: Response, next: NextFunction) => {
    const { success, data } = registration.safeParse(req.body)
    if (success) req.body = acceptableRegistration(data)
    next()
  })
  router.get('/auth', (req: Request, _res: Response, next: NextFunction) => {
    req.url = withScope(req.url)
    next()
  })
  return router
}

/**
 * `scope` is what the client knows at first, and would be the most it could ever ask for. A client with a redirect URI of its own scheme, or on
 * this machine, is a native one, whatever it says. VS Code also names a grant that is not offered here, and would be refused for it.
 */
function acceptableRegistration({
  scope: _,
  ...client
}: z.infer<typeof registration>): Record<string, unknown> {
  const uris = client.redirect_uris ?? []
  const isNative = uris.some((uri) => !uri.startsWith('https:'))
  return {
    ...client,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: isNative ? 'native' : 'web',
  }
}

/** ChatGPT names no scope when it connects again. */
function withScope(url: string): string {
  const [path = '', query = ''] = url.split('?')
  const params = new URLSearchParams(query)
  if (params.get('scope')) return url
  params.set('scope', DEFAULT_SCOPES.join(' '))
  return `${path}?${params}`
}
