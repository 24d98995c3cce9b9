/** Whether a request without a key is refused in a way that clients understand. */

import { defineCheck } from '../kit/check.js'
import { answerIn, codeIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { anonymous } from '../kit/server.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** access.challenge. RFC 9110, section 11.6.1: a 401 has WWW-Authenticate. */
export const challenge = defineCheck({
  id: 'access.challenge',
  title: 'a request without a key is refused in a way that clients understand',
  needs: ['http.cache'],
  probe: anonymous,
  verdict(answer) {
    if (answer.status !== 401 && codeIn(answer) === 'UNAUTHENTICATED')
      return fail({
        seen: `the endpoint refuses the request, and its status 401 arrives as ${answer.status}`,
        expected: '401',
        cure: 'Let the proxy pass status codes on unchanged. Clients take a refusal for an answer, or for a broken server.',
      })
    if (answer.status !== 401) return skip(`this server answers ${answer.status} to a request without a key`)
    const scheme = answer.headers['www-authenticate']
    const isJsonRpc = answerIn(answer) !== null
    if (scheme !== undefined && isJsonRpc) return pass(`401, ${scheme}`)
    return fail({
      seen: `${scheme === undefined ? 'no WWW-Authenticate' : 'no JSON-RPC'} in ${answerText(answer)}`,
      expected: '401 with WWW-Authenticate: Bearer and a JSON-RPC error',
      cure: 'Let the 401 of the endpoint through: switch off the error pages of the proxy for this path, and its own login. Clients take any other 401 for a broken server, or begin an OAuth login that cannot end.',
    })
  },
})
