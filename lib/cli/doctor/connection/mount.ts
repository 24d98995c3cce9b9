/** Whether an MCP endpoint is at this path. */

import { defineCheck } from '../kit/check.js'
import { answerIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'

/** http.mount */
export const mount = defineCheck({
  id: 'http.mount',
  title: 'an MCP endpoint answers at this path',
  needs: ['http.gateway'],
  probe: anonymous,
  verdict(answer, { target }) {
    // What a 401 should look like is a check of its own.
    if (answerIn(answer) !== null || answer.status === 401)
      return pass('the answer is that of an MCP endpoint')
    return fail({
      seen: `${answerText(answer)}, which is no JSON-RPC`,
      expected: 'a JSON-RPC answer',
      cure: `${cureFor(answer.status)}${pathHint(target.url)}`,
    })
  },
})

function cureFor(status: number): string {
  if (status === 404)
    return 'Nothing is at this path. Compare it with the path at which the app mounts MCP, and with the prefix that the proxy removes or adds.'
  if (status === 405)
    return 'This path takes no POST. Is it a page of the app, or does the proxy allow GET only?'
  if (status >= 400)
    return 'Something in front of the endpoint refuses the request. The log of the proxy or of the app says why.'
  return 'This path serves something else, such as the start page of the app. Compare it with the path at which the app mounts MCP.'
}

/** The path of allv-mcp. */
function pathHint({ pathname }: URL): string {
  return /\/workspaces\/[^/]+\/mcp\/?$/i.test(pathname)
    ? ''
    : ' If the server uses allv-mcp, the path ends in /workspaces/WORKSPACE/mcp.'
}
