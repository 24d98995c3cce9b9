/** Refuses a request for which an access token lacks a scope that its person could grant. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import { scopeChallenge } from '../../oauth/challenge.js'
import { scopesMissing } from '../access/scopes.js'
import { scopesToAsk } from '../access/step-up.js'
import type { Runtime } from '../runtime/runtime.js'
import { withAuditReason } from './refusals.js'
import type { Admitted } from './stages.js'

/** Throws INSUFFICIENT_SCOPE with the scopes to ask for. Does nothing for other credentials, and if no scope of the host's table would help. */
export function requireScopes(
  { config }: Runtime,
  { context, received }: Admitted,
  wanted: readonly string[] = [],
): void {
  const ask = scopesToAsk(config, context.credential, wanted)
  if (ask === null) return
  const { resource, correlationId } = received
  const { oauth, brand } = config
  const asTool = oauth?.insufficientScope === 'tool-error'
  const error = new AllvError('INSUFFICIENT_SCOPE', {
    correlationId,
    details: { requiredScopes: [...ask.required] },
    ...(asTool
      ? {
          message: `the access token lacks the scopes ${ask.required.join(', ')}; connect again and grant them`,
        }
      : {}),
    ...(oauth === null || resource === null || asTool
      ? {}
      : {
          headers: { 'WWW-Authenticate': scopeChallenge({ realm: brand.realm, oauth, resource }, ask.all) },
        }),
  })
  throw withAuditReason(error, scopesMissing(context.credential, wanted))
}
