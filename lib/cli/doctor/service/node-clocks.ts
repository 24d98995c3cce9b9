/** Whether the clocks of the nodes agree with each other. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'
import { freshAnswers } from './session.js'

/** Seconds. `Date` has whole seconds, and an answer takes its time. */
const MOST_SPREAD = 30

/** nodes.clock */
export const nodeClocks = defineCheck({
  id: 'nodes.clock',
  title: 'the clocks of the nodes agree',
  needs: ['nodes.session'],
  probe: async (context) => (await freshAnswers(context)).flatMap(offsetOf),
  verdict(offsets) {
    if (offsets.length === 0) return skip('the answers have no Date header')
    const spread = Math.round(Math.max(...offsets) - Math.min(...offsets))
    if (spread <= MOST_SPREAD) return pass(`within ${spread} s of each other`)
    return fail({
      seen: `the clocks of the nodes are ${spread} s apart`,
      expected: `at most ${MOST_SPREAD} s`,
      cure: 'Let every node set its clock by NTP. Which one is wrong, its own log shows.',
    })
  },
})

/** Seconds by which a server's clock is ahead of the local one. */
export function offsetOf({ headers, at }: Exchange): readonly number[] {
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? [] : [(date - at) / 1000]
}
