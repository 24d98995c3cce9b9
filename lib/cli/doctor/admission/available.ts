/** Whether the services behind the endpoint answer. */

import { defineCheck } from '../kit/check.js'
import { admission } from '../kit/conversation.js'
import { answerIn, codeIn, correlationIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** access.available */
export const available = defineCheck({
  id: 'access.available',
  title: 'the services behind the endpoint answer',
  needs: ['access.authorization'],
  probe: (context) => (context.target.key === null ? null : admission(context)),
  verdict(answer) {
    if (answer === null) return skip('no key was given')
    if (answer.status < 500) return pass(`status ${answer.status}`)
    const id = correlationIn(answer)
    return fail({
      seen: answerIn(answer)?.error?.message ?? answerText(answer),
      expected: 'an answer to a request with a key',
      cure: `${codeIn(answer) === null ? 'The app fails once a key is sent.' : 'A store behind the endpoint is down: keys, members or the rate limiter.'} Its log says which${id === null ? '' : `, at the request ${id}`}.`,
    })
  },
})
