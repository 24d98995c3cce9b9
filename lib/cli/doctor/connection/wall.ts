/** Whether something in front of the app takes the client for a robot or an attack. */

import { defineCheck } from '../kit/check.js'
import { codeIn } from '../kit/messages.js'
import { answerText, isHtml, wallOf } from '../kit/pages.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'

/** http.wall */
export const wall = defineCheck({
  id: 'http.wall',
  title: 'no bot check and no firewall answers in place of the app',
  needs: ['http.answers'],
  probe: anonymous,
  verdict(answer) {
    const product = wallOf(answer)
    const isRefusal = answer.status === 403 && codeIn(answer) === null && isHtml(answer)
    if (product === null && !isRefusal) return pass('the answer is not that of a wall')
    return fail({
      seen: `${product === null ? 'a web page' : `a page of ${product}`} in place of an MCP answer: ${answerText(answer)}`,
      expected: 'an MCP answer',
      cure: 'Exempt the path of the endpoint from the bot check and from challenges. MCP clients run no JavaScript and solve no puzzle. The API key protects the endpoint.',
    })
  },
})
