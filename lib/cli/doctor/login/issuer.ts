/** Whether the authorization servers publish metadata that are theirs. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { NOT_ASKED, servers } from './login.js'

/** oauth.server. RFC 8414, section 3.3: the issuer in the metadata is the same, byte for byte. */
export const loginServer = defineCheck({
  id: 'oauth.server',
  title: 'the authorization server publishes its metadata',
  needs: ['oauth.metadata'],
  probe: (context) => (context.target.oauth ? servers(context) : null),
  verdict(seen) {
    if (seen === null) return skip(NOT_ASKED)
    const failures = seen.flatMap(({ issuer, metadata }) =>
      'failure' in metadata ? [`${issuer}: ${metadata.failure}`] : [],
    )
    if (failures.length === 0) return pass(seen.map(({ issuer }) => issuer).join(', '))
    return fail({
      seen: failures.join('; '),
      expected: 'metadata with this issuer, byte for byte, and a jwks_uri',
      cure: 'Copy the issuer from the metadata of the server into oauth.issuers, with its slash at the end if it has one. The server must be public, and answer without a redirect.',
    })
  },
})
