/** Whether the server's clock agrees with this machine's. */

import { defineCheck } from '../kit/check.js'
import { anonymous } from '../kit/server.js'
import { fail, pass, skip, warn } from '../kit/verdict.js'
import { offsetOf } from './node-clocks.js'

/** Seconds. */
const TOLERATED = 60
const WRONG = 300

/** nodes.server-clock */
export const serverClock = defineCheck({
  id: 'nodes.server-clock',
  title: "the server's clock agrees with the one of this machine",
  needs: ['nodes.clock'],
  probe: async (context) => offsetOf(await anonymous(context))[0] ?? null,
  verdict(offset) {
    if (offset === null) return skip('the answers have no Date header')
    const seconds = Math.round(Math.abs(offset))
    if (seconds <= TOLERATED) return pass(`${seconds} s apart`)
    const finding = {
      seen: `the server's clock is ${seconds} s ${offset > 0 ? 'ahead of' : 'behind'} the one of this machine`,
      expected: `at most ${TOLERATED} s`,
      cure: 'Either clock may be wrong: compare both with a third, and let the wrong one be set by NTP. Keys and approvals expire by the clock of the server or of its database.',
    }
    return seconds > WRONG ? fail(finding) : warn(finding)
  },
})
