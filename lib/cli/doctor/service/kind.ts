/** Whether the server speaks MCP, and which server it is. */

import { isRecord } from '../../../foundation/json/guards.js'
import { defineCheck } from '../kit/check.js'
import { admission, discovery } from '../kit/conversation.js'
import { type Answer, answerIn } from '../kit/messages.js'
import { isAllv } from '../kit/server.js'
import { fail, pass } from '../kit/verdict.js'

/** protocol.server */
export const kind = defineCheck({
  id: 'protocol.server',
  title: 'the server speaks MCP',
  needs: ['access.member'],
  probe: async (context) => ({
    allv: await isAllv(context),
    first: answerIn(await admission(context)),
    stateless: answerIn(await discovery(context)),
  }),
  verdict({ allv, first, stateless }) {
    const info = first?.result?.['serverInfo'] ?? metaInfo(stateless?.result?.['_meta'])
    const name = isRecord(info) ? `${String(info['name'])} ${String(info['version'])}` : 'unnamed'
    if (allv) return pass(`allv-mcp, as ${name}`)
    if (isMcp(first, stateless))
      return pass(`${name}, not allv-mcp: what only allv-mcp promises is not checked`)
    return fail({
      seen: first?.error?.message ?? 'initialize and server/discover have no answer of MCP',
      expected: 'an answer to initialize or to server/discover',
      cure: 'This is no MCP server, or not one with the transport Streamable HTTP. Compare the address with the documentation of the server.',
    })
  },
})

function isMcp(first: Answer | null, stateless: Answer | null): boolean {
  const versions = stateless?.result?.['supportedVersions']
  return typeof first?.result?.['protocolVersion'] === 'string' || Array.isArray(versions)
}

function metaInfo(meta: unknown): unknown {
  return isRecord(meta) ? meta['io.modelcontextprotocol/serverInfo'] : undefined
}
