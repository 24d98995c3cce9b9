/** Whether something counts requests more strictly than the endpoint. */

import { defineCheck } from '../kit/check.js'
import { codeIn } from '../kit/messages.js'
import { answerText, wallOf } from '../kit/pages.js'
import { fail, pass, skip, type Verdict, warn } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

/** limits.early */
export const earlyLimit = defineCheck({
  id: 'limits.early',
  title: 'no rate limit ends a client early',
  needs: ['reach.connect', 'reach.tls'],
  // The 429 of a bot check is another check's matter.
  probe: ({ log }) => log.filter((answer) => wallOf(answer) === null),
  verdict(log) {
    if (log.length === 0) return skip('no request was answered')
    const at = log.findIndex(({ status }) => status === 429)
    const limited = log[at]
    if (limited !== undefined) return stopped(limited, at + 1)
    const shared = usedByOthers(log)
    return shared === null ? pass(`none in ${log.length} requests`) : shared
  },
})

function stopped(answer: Exchange, count: number): Verdict {
  const retry = answer.headers['retry-after']
  const again = retry === undefined ? '' : ` Wait ${retry} s before the next run.`
  if (codeIn(answer) === 'RATE_LIMITED') {
    return warn({
      seen: `request ${count} was answered RATE_LIMITED: the limit of this key and member is used up`,
      expected: 'about 50 requests within a minute',
      cure: `Another client of this key and member is busy, or the option rateLimit is small.${again}`,
    })
  }
  return fail({
    seen: `request ${count} was answered by something in front of the endpoint: ${answerText(answer)}${limitsIn(answer)}`,
    expected: 'a limit for each key and member, as the endpoint has',
    cure: `A rate limiter of the app or proxy counts by network address. Behind a proxy all clients have one address, unless the app knows it (in Express: trust proxy). Exempt the endpoint: it has its own limit.${again}`,
  })
}

/** The count went down by more than our own requests: others share it. */
function usedByOthers(log: readonly Exchange[]): Verdict | null {
  const counts = log.flatMap((answer) => remainingIn(answer) ?? [])
  const [first] = counts
  const least = Math.min(...counts)
  if (first === undefined || counts.length < 2 || first - least <= log.length) return null
  return warn({
    seen: `a rate limiter in front of the endpoint counted ${first - least} requests while ${log.length} were sent`,
    expected: 'a count of our own requests',
    cure: 'Others share this count, so it counts by network address, and the proxy has one for all. Exempt the endpoint, which has its own limit, or let the app know the proxy (in Express: trust proxy).',
  })
}

function remainingIn({ headers }: Exchange): number | null {
  const value = Number(headers['ratelimit-remaining'] ?? headers['x-ratelimit-remaining'] ?? Number.NaN)
  return Number.isNaN(value) ? null : value
}

function limitsIn({ headers }: Exchange): string {
  const limit = headers['ratelimit-limit'] ?? headers['x-ratelimit-limit'] ?? headers['ratelimit-policy']
  return limit === undefined ? '' : ` (limit ${String(limit)})`
}
