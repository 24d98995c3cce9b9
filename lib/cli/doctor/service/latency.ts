/** Whether a request without work is answered fast. */

import { defineCheck } from '../kit/check.js'
import { fail, pass } from '../kit/verdict.js'
import { medianOf, pingTimes, slowOf } from './ping-times.js'

/** One may be slow by chance. */
const SLOW_BY_CHANCE = 1

/** speed.latency */
export const latency = defineCheck({
  id: 'speed.latency',
  title: 'a ping is answered within a second',
  needs: ['access.member'],
  probe: pingTimes,
  verdict({ pings }, { target }) {
    const slow = slowOf(pings, target.slowMs)
    const median = Math.round(medianOf(pings))
    if (slow <= SLOW_BY_CHANCE) return pass(`median ${median} ms of ${pings.length} pings`)
    return fail({
      seen: `${slow} of ${pings.length} pings took longer than ${target.slowMs} ms (median ${median} ms)`,
      expected: `less than ${target.slowMs} ms`,
      cure: 'A ping does no work but the checks of key, member and rate limit. Look for a slow database or a distant region, and for an instance with too little CPU.',
    })
  },
})
