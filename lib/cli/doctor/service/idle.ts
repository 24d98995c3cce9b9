/** Whether an idle stream stays open. Only where the user asked for it, since it takes its time. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { listen } from './listen.js'

/** stream.idle */
export const idle = defineCheck({
  id: 'stream.idle',
  title: 'an idle stream stays open',
  needs: ['stream.buffered'],
  probe: async (context) => {
    const { idleMs, timeoutMs } = context.target
    if (idleMs === null) return 'not asked'
    return await listen(context, { firstWithinMs: timeoutMs, holdMs: idleMs })
  },
  verdict(stream) {
    if (stream === 'not asked') return skip('takes minutes, so it is done with --slow only')
    if (stream === null) return skip('this server offers no stream of notifications')
    const seconds = (ms: number) => Math.round(ms / 100) / 10
    if (stream.endedMs === null) return pass(`open for ${seconds(stream.watchedMs)} s`)
    return fail({
      seen: `the stream was cut off after ${seconds(stream.endedMs)} s`,
      expected: 'a stream that stays open; the endpoint sends a comment every 15 seconds',
      cure: 'Raise the time limits of the proxy or load balancer for answers of this path (in nginx: proxy_read_timeout), above 30 s for idle connections. A limit on the whole time of a request cuts off long calls too.',
    })
  },
})
