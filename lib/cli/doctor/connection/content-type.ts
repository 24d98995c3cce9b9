/** Whether answers say that they are JSON. */

import { defineCheck } from '../kit/check.js'
import { answerIn } from '../kit/messages.js'
import { rpcRequest } from '../kit/rpc-request.js'
import { anonymous } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'

/** http.content-type. MCP 2025-11-25, basic/transports, Streamable HTTP: an answer is application/json or text/event-stream. */
export const contentType = defineCheck({
  id: 'http.content-type',
  title: 'answers have the content type that clients expect',
  needs: ['http.cache'],
  probe: async (context) => [
    await anonymous(context),
    await context.ask(rpcRequest(context, { method: 'ping' })),
  ],
  verdict(answers) {
    const types = answers
      .filter((answer) => answerIn(answer) !== null)
      .map(({ headers }) => headers['content-type'] ?? 'none')
    const wrong = types.find((type) => !/application\/json|text\/event-stream/i.test(type))
    if (wrong === undefined) return pass(types[0] ?? 'no answer is JSON-RPC')
    return fail({
      seen: `a JSON-RPC answer has the content type ${wrong}`,
      expected: 'application/json or text/event-stream',
      cure: 'Let the proxy or gateway pass the header Content-Type on unchanged: clients refuse an answer of any other type.',
    })
  },
})
