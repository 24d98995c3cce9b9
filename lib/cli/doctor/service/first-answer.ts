/** Whether the first answer takes much longer than the others: a cold start. */

import { defineCheck } from '../kit/check.js'
import { pass, warn } from '../kit/verdict.js'
import { medianOf, pingTimes } from './ping-times.js'

/** Milliseconds. Below it nobody minds. */
const NOTICED = 2000
const TIMES_MEDIAN = 5

/** speed.first-answer */
export const firstAnswer = defineCheck({
  id: 'speed.first-answer',
  title: 'the first answer is as fast as the others',
  needs: ['access.member'],
  probe: pingTimes,
  verdict({ first, pings }) {
    const median = medianOf(pings)
    const seen = `the first answer took ${Math.round(first)} ms, the others ${Math.round(median)} ms`
    if (first < NOTICED || first < median * TIMES_MEDIAN) return pass(seen)
    return warn({
      seen,
      expected: 'about the same',
      cure: 'The server seems to start when it is called. Keep one instance running: some clients give up after a few seconds.',
    })
  },
})
