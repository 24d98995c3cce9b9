/** Whether a web page of somebody else is kept out. MCP 2025-11-25, basic/transports, Security Warning. */

import { defineCheck } from '../kit/check.js'
import { initialize, post } from '../kit/post.js'
import { isAllv } from '../kit/server.js'
import { fail, pass, warn } from '../kit/verdict.js'

const FOREIGN = 'https://evil.example'

/** origin.foreign */
export const foreignOrigin = defineCheck({
  id: 'origin.foreign',
  title: 'web pages of foreign origins are refused',
  needs: ['access.challenge', 'access.member'],
  probe: async (context) => ({
    answer: await post(context, { ...initialize(), headers: { Origin: FOREIGN } }),
    allv: await isAllv(context),
  }),
  verdict({ answer, allv }) {
    if (answer.status === 403) return pass(`a page of ${FOREIGN} is answered 403`)
    const finding = {
      seen: `a page of ${FOREIGN} is answered ${answer.status}`,
      expected: '403',
      cure: allv
        ? 'The header Origin does not arrive: let the proxy pass it on unchanged.'
        : 'Check the header Origin in the server. Without that, a web page can reach a server on the machine of its visitor (DNS rebinding).',
    }
    return allv ? fail(finding) : warn(finding)
  },
})
