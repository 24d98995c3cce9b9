/** Whether the app behind the proxy answers. */

import { defineCheck } from '../kit/check.js'
import { answerIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'

/** http.gateway */
export const gateway = defineCheck({
  id: 'http.gateway',
  title: 'the app itself answers, and is up',
  needs: ['http.wall', 'http.redirect'],
  probe: anonymous,
  verdict(answer) {
    if (answer.status < 500 || answerIn(answer) !== null) return pass(`status ${answer.status}`)
    return fail({
      seen: answerText(answer),
      expected: 'an MCP answer',
      cure:
        answer.status === 500
          ? 'The app failed before the request reached the endpoint. Its log says why.'
          : 'The proxy cannot reach the app, or the app is starting. Is it running, on the address and port that the proxy knows?',
    })
  },
})
