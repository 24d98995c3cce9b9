/** Whether the authorization servers say that they have PKCE. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { NOT_ASKED, readableServers } from './login.js'

/** oauth.pkce. MCP 2026-07-28, basic/authorization: clients must refuse a server without it. */
export const loginPkce = defineCheck({
  id: 'oauth.pkce',
  title: 'the authorization server has PKCE with S256',
  needs: ['oauth.server'],
  probe: (context) => (context.target.oauth ? readableServers(context) : null),
  verdict(seen) {
    if (seen === null) return skip(NOT_ASKED)
    const without = seen.filter(({ metadata: { document } }) => {
      const methods = document['code_challenge_methods_supported']
      return !(Array.isArray(methods) && methods.includes('S256'))
    })
    if (without.length === 0) return pass('S256 is listed')
    return fail({
      seen: `${without.map(({ issuer }) => issuer).join(', ')} does not list S256`,
      expected: 'S256 in code_challenge_methods_supported of its metadata',
      cure: 'Switch PKCE on in the authorization server. If it has PKCE and does not say so, strict clients refuse it nevertheless.',
    })
  },
})
