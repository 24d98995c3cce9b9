/** Whether the pages that should be able to call are let in. */

import { defineCheck } from '../kit/check.js'
import { initialize, post } from '../kit/post.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** origin.allowed */
export const allowedOrigin = defineCheck({
  id: 'origin.allowed',
  title: 'web pages of your origin may call',
  needs: ['origin.foreign'],
  probe: async (context) => {
    const { origin } = context.target
    return origin === null ? null : await post(context, { ...initialize(), headers: { Origin: origin } })
  },
  verdict(answer, { target }) {
    if (answer === null) return skip('no --origin was given')
    if (answer.status !== 403) return pass(`a page of ${target.origin} is answered ${answer.status}`)
    return fail({
      seen: `a page of ${target.origin} is answered 403`,
      expected: 'an answer',
      cure: `Add ${target.origin} to allowedOrigins of the host app, exactly so: with the scheme, and the port if it is not the usual one. Pages of the app's own origin need publicUrl.`,
    })
  },
})
