/** Whether the headers of the protocol arrive. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import { type HeaderFacts, headerFacts } from './header-facts.js'

/** protocol.mcp-headers. MCP 2026-07-28, basic/transports/streamable-http, Standard Request Headers. */
export const mcpHeaders = defineCheck({
  id: 'protocol.mcp-headers',
  title: 'the headers Mcp-* reach the endpoint',
  needs: ['protocol.server'],
  probe: headerFacts,
  verdict(facts) {
    const lost = lostHeaders(facts)
    if (lost === null)
      return facts.allv ? pass('they arrive') : skip('only allv-mcp shows whether they arrive')
    return fail({
      seen: `sent and not arrived: ${lost}`,
      expected: 'the headers as they were sent',
      cure: 'Let the proxy pass on all headers that begin with Mcp-, and MCP-Protocol-Version, for this path. Clients of 2026-07-28 cannot work without them.',
    })
  },
})

function lostHeaders({ version, session, mismatch, nameMismatch }: HeaderFacts): string | null {
  if (!version) return session ? null : 'MCP-Protocol-Version, Mcp-Session-Id'
  if (mismatch) return 'Mcp-Method'
  return nameMismatch ? 'Mcp-Name' : null
}
