/** Whether the metadata of the endpoint can be used. */

import { defineCheck } from '../kit/check.js'
import { answerText } from '../kit/pages.js'
import { metadataIn, namedMetadata } from '../kit/resource-metadata.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { NOT_ASKED } from './login.js'

/** oauth.metadata. RFC 9728, section 3.2. */
export const loginMetadata = defineCheck({
  id: 'oauth.metadata',
  title: 'the metadata name an authorization server',
  needs: ['access.metadata', 'oauth.challenge'],
  probe: (context) => (context.target.oauth ? namedMetadata(context) : null),
  verdict(seen) {
    if (seen === null) return skip(NOT_ASKED)
    const { named, found } = seen
    const listed = found === null ? undefined : metadataIn(found)?.['authorization_servers']
    if (Array.isArray(listed) && listed.length > 0) return pass(`${named} names ${listed.join(', ')}`)
    return fail({
      seen: found === null ? 'no metadata' : `${named} answers ${answerText(found)}`,
      expected: 'a list authorization_servers with at least one issuer',
      cure: 'Set oauth.issuers in the host.',
    })
  },
})
