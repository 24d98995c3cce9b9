/** Whether a body parser of the host app refuses what the endpoint would take. */

import { defineCheck } from '../kit/check.js'
import { isAllv } from '../kit/server.js'
import { fail, pass, warn } from '../kit/verdict.js'
import { bodyFacts } from './body-facts.js'
import { sizeOf } from './body-limit.js'

/** body.host-parser */
export const hostParser = defineCheck({
  id: 'body.host-parser',
  title: 'no body parser of the host app refuses a large request',
  needs: ['access.member'],
  probe: async (context) => ({ facts: await bodyFacts(context), allv: await isAllv(context) }),
  verdict({ facts: { refused }, allv }) {
    if (refused?.by !== 'app') return pass('none refuses one')
    const finding = {
      seen: `the host app refuses ${sizeOf(refused.bytes)} before the endpoint reads it: ${refused.text}`,
      expected: 'an answer of the endpoint',
      cure: 'Mount the endpoint before express.json(), or raise its limit. Without a limit given, express.json() takes 100 kB.',
    }
    return allv ? fail(finding) : warn(finding)
  },
})
