/** Whether there are not too many tools for clients. */

import { defineCheck } from '../kit/check.js'
import { fail, pass } from '../kit/verdict.js'
import { toolsOf } from './listed-tools.js'

/** The most tools of one request to several model providers. */
const MOST = 128

/** tools.count */
export const count = defineCheck({
  id: 'tools.count',
  title: `there are at most ${MOST} tools`,
  needs: ['tools.list'],
  probe: async (context) => (await toolsOf(context)).length,
  verdict(tools) {
    if (tools <= MOST) return pass(`${tools} tools`)
    return fail({
      seen: `${tools} tools`,
      expected: `at most ${MOST}`,
      cure: 'Show each member the tools that they need, by scopes or visible. Several clients cut the list off, and models choose worse among many.',
    })
  },
})
