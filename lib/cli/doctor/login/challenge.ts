/** Whether the 401 tells clients where they can sign in. */

import { defineCheck } from '../kit/check.js'
import { answerText } from '../kit/pages.js'
import { anonymous } from '../kit/server.js'
import { fail, pass, skip, warn } from '../kit/verdict.js'
import { NOT_ASKED } from './login.js'

/** oauth.challenge. RFC 9728, section 5.1. Several clients read the first challenge only, and only absolute addresses. */
export const loginChallenge = defineCheck({
  id: 'oauth.challenge',
  title: 'the 401 says where to sign in',
  needs: ['access.challenge'],
  probe: async (context) => (context.target.oauth ? anonymous(context) : null),
  verdict(answer) {
    if (answer === null) return skip(NOT_ASKED)
    const header = answer.headers['www-authenticate'] ?? ''
    const isNamed = /^Bearer .*\bresource_metadata="https?:\/\/[^"]+"/i.test(header)
    if (answer.status !== 401 || !isNamed)
      return fail({
        seen: answer.status === 401 ? `401, ${header}` : answerText(answer),
        expected: '401 with WWW-Authenticate: Bearer … resource_metadata="https://…"',
        cure: 'The address for people who sign in ends with /mcp/oauth, and the host needs the option oauth. If a proxy writes the header anew, let that of the endpoint through.',
      })
    if (/\bscope="[^"]+"/i.test(header)) return pass(header)
    return warn({
      seen: `no scope in ${header}`,
      expected: 'the scopes that clients have to ask for',
      cure: 'Name them in the challenge. Otherwise clients ask for all scopes, or for none.',
    })
  },
})
