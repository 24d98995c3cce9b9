/** Whether a connection serves more than one request. */

import { defineCheck } from '../kit/check.js'
import { rpcRequest } from '../kit/rpc-request.js'
import { fail, pass } from '../kit/verdict.js'

/** http.keep-alive */
export const keepAlive = defineCheck({
  id: 'http.keep-alive',
  title: 'a connection serves more than one request',
  needs: ['http.cache'],
  probe: (context) => context.ask(rpcRequest(context, { method: 'ping' })),
  verdict({ httpVersion, headers }) {
    const closes = /\bclose\b/i.test(headers.connection ?? '')
    const isOld = httpVersion === '1.0' && !/keep-alive/i.test(headers.connection ?? '')
    if (!closes && !isOld) return pass(`HTTP/${httpVersion}, kept open`)
    return fail({
      seen: closes ? `Connection: close, over HTTP/${httpVersion}` : 'HTTP/1.0, which closes the connection',
      expected: 'HTTP/1.1 or later with connections that stay open',
      cure: 'Let the proxy speak HTTP/1.1 (in nginx: proxy_http_version 1.1, and an empty Connection header). Otherwise every call pays for a new connection and a new TLS handshake, and streams may end early.',
    })
  },
})
