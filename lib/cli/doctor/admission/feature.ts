/** Whether MCP is switched on for the workspace. */

import { defineCheck } from '../kit/check.js'
import { admission } from '../kit/conversation.js'
import { codeIn } from '../kit/messages.js'
import { fail, pass } from '../kit/verdict.js'

/** access.feature */
export const feature = defineCheck({
  id: 'access.feature',
  title: 'MCP is switched on for this workspace',
  needs: ['access.key'],
  probe: admission,
  verdict(answer) {
    if (codeIn(answer) !== 'FEATURE_DISABLED')
      return pass('the endpoint does not say that it is switched off')
    return fail({
      seen: 'the endpoint says FEATURE_DISABLED',
      expected: 'MCP switched on',
      cure: 'Ask an administrator of the workspace to switch it on. In the host app it is the feature flag of the option featureFlag, which the adapter features is asked about.',
    })
  },
})
