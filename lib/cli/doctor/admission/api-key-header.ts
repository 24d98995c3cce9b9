/** Whether the header x-api-key arrives, for clients that send the key in it. */

import { defineCheck } from '../kit/check.js'
import { admission } from '../kit/conversation.js'
import { answerIn } from '../kit/messages.js'
import { initialize, post } from '../kit/post.js'
import { isAllv } from '../kit/server.js'
import { pass, skip, warn } from '../kit/verdict.js'

/** access.x-api-key */
export const apiKeyHeader = defineCheck({
  id: 'access.x-api-key',
  title: 'the header x-api-key reaches the endpoint',
  needs: ['access.key'],
  probe: async (context) => {
    const { key, isToken } = context.target
    const asked = key !== null && !isToken && (await isAllv(context))
    if (!asked) return null
    return {
      bearer: await admission(context),
      other: await post(context, { ...initialize(), as: 'x-api-key' }),
    }
  },
  verdict(seen) {
    if (seen === null) return skip('only allv-mcp reads this header, and only with a key')
    const { bearer, other } = seen
    if (answerIn(other) === null) return skip('the answer to a request with it says nothing about the key')
    if (other.status !== 401 || bearer.status === 401)
      return pass(`a request with it is answered ${other.status}`)
    return warn({
      seen: 'the header x-api-key was sent and did not arrive; Authorization does',
      expected: 'the header as it was sent',
      cure: 'Let the proxy pass x-api-key on, or configure clients to send Authorization: Bearer.',
    })
  },
})
