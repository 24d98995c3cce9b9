/** Whether a page can read the answer, and the headers that a client needs of it. */

import { defineCheck } from '../kit/check.js'
import { initialize, post } from '../kit/post.js'
import { fail, pass, skip } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

/** cors.readable */
export const readable = defineCheck({
  id: 'cors.readable',
  title: 'your pages can read the answers',
  needs: ['cors.preflight'],
  probe: async (context) => {
    const { origin, url } = context.target
    if (origin === null || origin === url.origin) return null
    return post(context, { ...initialize(), headers: { Origin: origin } })
  },
  verdict(answer, { target }) {
    if (answer === null) return skip('no --origin of another host was given')
    const problem = problemOf(answer, target.origin ?? '')
    if (problem === null) return pass('the answer and its session id can be read')
    return fail({
      seen: problem,
      expected: `Access-Control-Allow-Origin: ${target.origin} once, and Mcp-Session-Id in Access-Control-Expose-Headers`,
      cure: 'Let the headers of the endpoint through, and let nothing else add CORS headers to this path.',
    })
  },
})

function problemOf({ headers }: Exchange, origin: string): string | null {
  const allowed = headers['access-control-allow-origin']
  if (allowed !== origin && allowed !== '*') return `Access-Control-Allow-Origin is ${allowed ?? 'absent'}`
  const exposed = headers['access-control-expose-headers'] ?? ''
  const isExposed = /(^|[\s,])(mcp-session-id|\*)($|[\s,])/i.test(exposed)
  // Without a session there is nothing to read.
  return headers['mcp-session-id'] === undefined || isExposed
    ? null
    : `Access-Control-Expose-Headers lacks Mcp-Session-Id (${exposed === '' ? 'absent' : exposed})`
}
