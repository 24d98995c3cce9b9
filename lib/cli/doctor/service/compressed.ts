/** Whether event streams come uncompressed. A compressor keeps events back until it has enough of them. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip, warn } from '../kit/verdict.js'
import { opened } from './listen.js'

/** stream.compressed */
export const compressed = defineCheck({
  id: 'stream.compressed',
  title: 'event streams are not compressed',
  needs: ['protocol.era-2026', 'speed.latency'],
  probe: opened,
  verdict(stream) {
    if (stream === null) return skip('this server offers no stream of notifications')
    const encoding = stream.headers['content-encoding']
    if (stream.status === null) return pass('no head of an answer came')
    if (encoding === undefined || encoding === 'identity') return pass('not compressed')
    const finding = {
      seen: `Content-Encoding: ${encoding} on an event stream`,
      expected: 'no Content-Encoding',
      cure: 'Exempt text/event-stream from compression, in the proxy and in the app. The endpoint says so with Cache-Control: no-transform.',
    }
    return stream.firstEventMs === null ? fail(finding) : warn(finding)
  },
})
