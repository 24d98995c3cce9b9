/** The pages between a client's request and its answer: sign in, then allow or cancel. */

import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import { isSame } from '../host/approvals/sign-in.js'
import { accountByEmail } from './accounts.js'
import { type Consent, grantRequest, readRequest } from './consent.js'
import { authPageHeaders } from './pages/auth-page.js'
import { consentPage } from './pages/consent-page.js'
import { errorPage } from './pages/error-page.js'
import { signInPage } from './pages/sign-in-page.js'

const signIn = z.object({ email: z.string(), password: z.string() })
const choice = z.object({ workspace: z.string() })

export interface InteractionOptions extends Consent {
  /** One for all members: enough for a demo. */
  readonly memberPassword: string
}

export function createInteractions(options: InteractionOptions): Router {
  const router = express.Router()
  router.use('/interaction', authPageHeaders, express.urlencoded({ extended: false, limit: '8kb' }))
  router.get('/interaction/:uid', handled(options, show))
  router.post('/interaction/:uid/sign-in', handled(options, submitSignIn))
  router.post('/interaction/:uid/consent', handled(options, submitConsent))
  router.post('/interaction/:uid/cancel', handled(options, cancel))
  return router
}

type Handler = (options: InteractionOptions, req: Request, res: Response) => Promise<unknown>

/** An interaction that has ended is the usual failure: a page of yesterday, or the button pressed twice. */
function handled(options: InteractionOptions, handler: Handler): RequestHandler {
  return (req, res) => {
    handler(options, req, res).catch((error: unknown) => {
      const description = error instanceof Error ? error.message : undefined
      if (!res.headersSent) res.status(400).send(errorPage({ error: 'invalid_request', description }))
    })
  }
}

async function show(options: InteractionOptions, req: Request, res: Response): Promise<void> {
  const interaction = await options.provider.interactionDetails(req, res)
  const { uid, prompt } = interaction
  const isSignIn = prompt.name === 'login' || req.query['as'] === 'another'
  res.send(
    isSignIn
      ? signInPage({ uid, email: '', isWrong: false })
      : consentPage(uid, await readRequest(options, interaction)),
  )
}

async function submitSignIn(options: InteractionOptions, req: Request, res: Response): Promise<void> {
  const { provider, memberPassword } = options
  const { uid } = await provider.interactionDetails(req, res)
  const { email, password } = signIn.parse(req.body)
  const account = accountByEmail(email)
  // The password is compared whether or not there is such an account, so that the time does not tell.
  if (!isSame(password, memberPassword) || account === undefined)
    res.status(401).send(signInPage({ uid, email, isWrong: true }))
  else await provider.interactionFinished(req, res, { login: { accountId: account.id } })
}

async function submitConsent(options: InteractionOptions, req: Request, res: Response): Promise<void> {
  const { provider } = options
  const interaction = await provider.interactionDetails(req, res)
  if (interaction.prompt.name !== 'consent') throw new Error('sign in first')
  const request = await readRequest(options, interaction)
  const wanted = choice.parse(req.body).workspace
  const workspace = request.workspaces.find(({ id }) => id === wanted)
  if (workspace === undefined) throw new Error('you are not in this workspace')
  const grantId = await grantRequest(options, interaction, { ...request, workspace })
  await provider.interactionFinished(req, res, { consent: { grantId } }, { mergeWithLastSubmission: true })
}

async function cancel({ provider }: InteractionOptions, req: Request, res: Response): Promise<void> {
  await provider.interactionFinished(req, res, {
    error: 'access_denied',
    error_description: 'the person did not allow it',
  })
}
