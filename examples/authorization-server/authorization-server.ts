/** The authorization server as an Express app: its pages, what real clients need, and the provider behind them. */

import express, { type Express } from 'express'
import { createClientShim } from './accept-clients.js'
import { createInteractions } from './interactions.js'
import { STYLE } from './pages/auth-page.js'
import { createProvider, type ProviderOptions } from './provider.js'
import { rememberRevocations } from './revocations.js'

export interface AuthorizationServerOptions extends ProviderOptions {
  readonly memberPassword: string
}

export function createAuthorizationServer(options: AuthorizationServerOptions): Express {
  const { resources, records, memberPassword, accessTokenSeconds } = options
  const provider = createProvider(options)
  rememberRevocations(provider, records, accessTokenSeconds)
  const app = express()
  app.disable('x-powered-by')
  if (options.issuer.startsWith('https:')) app.set('trust proxy', true)
  app.get('/style.css', (_req, res) => void res.type('css').send(STYLE))
  app.use(createInteractions({ provider, resources, records, memberPassword }))
  app.use(createClientShim())
  app.use(provider.callback())
  return app
}
