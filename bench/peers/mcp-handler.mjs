/** mcp-handler, under Express by the SDK's own adapter, as its documentation says. */

import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from 'mcp-handler'
import { listen } from './listen.mjs'
import { register, schemaOf } from './tools.mjs'

listen(
  (count) => {
    const handler = createMcpHandler((server) => register(server, count, schemaOf))
    const handle = toNodeHandler({ fetch: handler })
    return (req, res) => void handle(req, res)
  },
  // It reads the body itself.
  { parse: false },
)
