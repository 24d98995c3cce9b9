/** The v2 SDK as its documentation mounts it under Express: `createMcpHandler` with a factory. */

import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { listen } from './listen.mjs'
import { register, schemaOf } from './tools.mjs'

listen((count) => {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' })
    register(server, count, schemaOf)
    return server
  })
  const handle = toNodeHandler(handler)
  return (req, res) => void handle(req, res, req.body)
})
