/** Whether the tools can be listed. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, warn } from '../kit/verdict.js'
import { listedTools } from './listed-tools.js'

/** tools.list */
export const list = defineCheck({
  id: 'tools.list',
  title: 'the tools can be listed',
  needs: ['protocol.server', 'nodes.session'],
  probe: listedTools,
  verdict(listed) {
    if ('problem' in listed) {
      return fail({
        seen: `tools/list: ${listed.problem}`,
        expected: 'a list of tools',
        cure: 'The log of the host app says why its list of tools fails.',
      })
    }
    if (listed.tools.length > 0) return pass(`${listed.tools.length} tools`)
    return warn({
      seen: 'the list of tools is empty',
      expected: 'at least one tool',
      cure: 'This member sees no tool with this key. Check the scopes of the key, and visible of the tools.',
    })
  },
})
