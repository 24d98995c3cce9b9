/** Whether the events of a stream come when they are sent. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { opened } from './listen.js'

/** stream.buffered */
export const buffered = defineCheck({
  id: 'stream.buffered',
  title: 'events come when they are sent',
  needs: ['stream.compressed'],
  probe: opened,
  verdict(stream) {
    if (stream === null) return skip('this server offers no stream of notifications')
    if (stream.firstEventMs !== null)
      return pass(`the first event came after ${Math.round(stream.firstEventMs)} ms`)
    const head =
      stream.status === null
        ? 'neither head nor event of a stream came'
        : 'the head of a stream came, and no event'
    return fail({
      seen: `${head} within ${Math.round(stream.watchedMs)} ms, though other requests are answered`,
      expected: 'the first event at once',
      cure: 'Switch off buffering of answers for this path (in nginx: proxy_buffering off; it also obeys the header X-Accel-Buffering: no that the endpoint sends). Until then progress and notifications come late or never.',
    })
  },
})
