/** Whether each request reaches the server, and is not answered from a cache. */

import { defineCheck } from '../kit/check.js'
import { answerIn } from '../kit/messages.js'
import { placeholderIn } from '../kit/placeholders.js'
import { rpcRequest } from '../kit/rpc-request.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

/** http.cache */
export const cache = defineCheck({
  id: 'http.cache',
  title: 'answers do not come from a cache',
  needs: ['http.mount'],
  probe: async (context) => [
    await anonymous(context),
    await context.ask(rpcRequest(context, { method: 'ping' })),
    await context.ask(rpcRequest(context, { method: 'ping', headers: keyOf(context.target.key) })),
    await context.ask(rpcRequest(context, { method: 'ping', headers: keyOf(context.target.key) })),
  ],
  verdict(answers) {
    const sign = answers.map(signOf).find((found) => found !== null) ?? null
    if (sign === null) return pass('every answer belongs to its request')
    return fail({
      seen: sign,
      expected: 'an answer of the server to each request',
      cure: 'Switch caching off for this path in the CDN or proxy. One member could see the answer to another.',
    })
  },
})

/** A key that cannot be sent, or that is none, is another check's matter. */
function keyOf(key: string | null): Readonly<Record<string, string>> {
  const canBeSent = key !== null && /^[!-~]{1,512}$/.test(key) && placeholderIn(key) === null
  return canBeSent ? { Authorization: `Bearer ${key}` } : {}
}

function signOf(answer: Exchange): string | null {
  const { headers, sent } = answer
  const id = answerIn(answer)?.id
  if ((typeof id === 'string' || typeof id === 'number') && id !== sent.requestId)
    return `the answer to request ${sent.requestId} has the id ${String(id)}: it belongs to another request`
  if (Number(headers.age) > 0) return `Age: ${headers.age}, so the answer is ${headers.age} seconds old`
  for (const name of ['x-cache', 'cf-cache-status', 'x-cache-status', 'x-vercel-cache', 'x-proxy-cache']) {
    const value = String(headers[name] ?? '')
    if (/\b(hit|stale|updating|revalidated)\b/i.test(value)) return `${name}: ${value}`
  }
  return null
}
