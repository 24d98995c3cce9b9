/** Whether clients that the authorization servers do not know can sign in. */

import { defineCheck } from '../kit/check.js'
import { pass, skip, warn } from '../kit/verdict.js'
import { NOT_ASKED, readableServers } from './login.js'

/** oauth.registration */
export const loginRegistration = defineCheck({
  id: 'oauth.registration',
  title: 'the authorization server takes clients that it does not know',
  needs: ['oauth.server'],
  probe: (context) => (context.target.oauth ? readableServers(context) : null),
  verdict(seen) {
    if (seen === null) return skip(NOT_ASKED)
    const without = seen.filter(
      ({ metadata: { document } }) =>
        typeof document['registration_endpoint'] !== 'string' &&
        document['client_id_metadata_document_supported'] !== true,
    )
    if (without.length === 0) return pass('by registration or by metadata documents of clients')
    return warn({
      seen: `${without.map(({ issuer }) => issuer).join(', ')} does neither`,
      expected: 'a registration_endpoint, or client_id_metadata_document_supported',
      cure: 'Switch one of them on, or register each client by hand and give people its client id. Cursor, Codex and Gemini CLI have no field for one.',
    })
  },
})
