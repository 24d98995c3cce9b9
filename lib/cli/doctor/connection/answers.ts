/** Whether the server answers an HTTP request at all. */

import { defineCheck } from '../kit/check.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'
import { ProbeFailure } from '../probe/probe-failure.js'

/** http.answers */
export const answers = defineCheck({
  id: 'http.answers',
  title: 'the server answers a POST',
  needs: ['reach.connect', 'reach.tls'],
  probe: async (context) => {
    try {
      return await anonymous(context)
    } catch (error) {
      if (error instanceof ProbeFailure && error.code !== 'LIMITED' && error.code !== 'ABORTED') return error
      throw error
    }
  },
  verdict(seen) {
    if (!(seen instanceof ProbeFailure))
      return pass(`${seen.status} over HTTP/${seen.httpVersion} in ${Math.round(seen.ms)} ms`)
    return fail({
      seen: seen.message,
      expected: 'an HTTP answer',
      cure: 'The connection opens, but no HTTP answer comes. Does another program listen on this port, does it expect https://, or does the app hang before it answers?',
    })
  },
})
