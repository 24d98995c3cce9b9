/** Whether a browser may send the request of a page. Fetch standard, CORS-preflight fetch. */

import { defineCheck } from '../kit/check.js'
import { memberHeader } from '../kit/server.js'
import { fail, pass, skip } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

const HEADERS = ['authorization', 'content-type', 'mcp-protocol-version', 'mcp-session-id']

/** cors.preflight */
export const preflight = defineCheck({
  id: 'cors.preflight',
  title: 'a browser may send the requests of your pages',
  needs: ['origin.allowed'],
  probe: async (context) => {
    const { origin, url, member, timeoutMs } = context.target
    if (origin === null || origin === url.origin) return null
    const asked = member === null ? HEADERS : [...HEADERS, await memberHeader(context)]
    const headers = {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': [...asked].sort().join(','),
    }
    return { asked, answer: await context.ask({ method: 'OPTIONS', headers, timeoutMs }) }
  },
  verdict(seen, { target }) {
    if (seen === null) return skip('no --origin of another host was given')
    const problem = problemOf(seen.answer, seen.asked, target.origin ?? '')
    if (problem === null) return pass('the preflight allows the request')
    return fail({
      seen: problem,
      expected: `204 that allows POST from ${target.origin} with ${seen.asked.join(', ')}`,
      cure: 'Let OPTIONS requests through to the endpoint, before any check of a login or key: browsers send them without credentials. Remove headers that another CORS middleware or the proxy sets for this path.',
    })
  },
})

function problemOf({ status, headers }: Exchange, asked: readonly string[], origin: string): string | null {
  if (status < 200 || status > 299) return `OPTIONS is answered ${status}`
  const allowed = headers['access-control-allow-origin']
  if (allowed !== origin && allowed !== '*')
    return `OPTIONS is answered without Access-Control-Allow-Origin for ${origin} (${allowed ?? 'absent'})`
  const methods = headers['access-control-allow-methods'] ?? ''
  // POST is allowed without being named: Fetch standard, CORS-safelisted method.
  if (methods !== '' && !/\bpost\b|\*/i.test(methods)) return `Access-Control-Allow-Methods is ${methods}`
  const named = String(headers['access-control-allow-headers'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  const missing = asked.filter(
    (name) => !named.includes(name) && !(named.includes('*') && name !== 'authorization'),
  )
  return missing.length === 0 ? null : `Access-Control-Allow-Headers lacks ${missing.join(', ')}`
}
