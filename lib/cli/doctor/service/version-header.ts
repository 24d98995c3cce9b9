/** Whether the version that a client names arrives unchanged. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { headerFacts } from './header-facts.js'

/** protocol.version-header */
export const versionHeader = defineCheck({
  id: 'protocol.version-header',
  title: 'the header MCP-Protocol-Version arrives unchanged',
  needs: ['protocol.mcp-headers'],
  probe: headerFacts,
  verdict({ allv, version }) {
    if (!allv) return skip('only allv-mcp shows whether it arrives')
    if (version) return pass('it arrives unchanged')
    return fail({
      seen: 'the version in the header is changed or removed on the way; other headers of the protocol arrive',
      expected: 'the version that the client sent',
      cure: 'A gateway sets MCP-Protocol-Version to its own version. Switch its MCP features off for this path, or update it: clients silently get the rules of another version.',
    })
  },
})
