/** The v1 SDK as its documentation mounts it without sessions: a server and a transport for each request. */

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { listen } from './listen.mjs'
import { register, shapeOf } from './tools.mjs'

listen((count) => async (req, res) => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  register(server, count, shapeOf)
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  })
  res.on('close', () => {
    transport.close()
    server.close()
  })
  await server.connect(transport)
  await transport.handleRequest(req, res, req.body)
})
