/** fastmcp with its own HTTP server, stateless. One list of tools: it serves one endpoint. Answers are event streams unless run with `json`. */

import { createServer } from 'node:net'
import { FastMCP } from 'fastmcp'
import { annotations, descriptionOf, nameOf, run, schemaOf, text, uri } from './tools.mjs'

const server = new FastMCP({ name: 'bench', version: '1.0.0' })
for (let i = 0; i < 30; i += 1) {
  server.addTool({
    name: nameOf(i),
    description: descriptionOf(i),
    parameters: schemaOf(i),
    annotations: { title: `Tool ${i}`, ...annotations },
    execute: async (args) => run(args),
  })
}
server.addResource({ uri, name: 'north', mimeType: 'text/plain', load: async () => ({ text }) })

const port = await freePort()
await server.start({
  transportType: 'httpStream',
  httpStream: {
    port,
    host: '127.0.0.1',
    endpoint: '/t30/workspaces/ws/mcp',
    stateless: true,
    ...(process.argv[2] === 'json' ? { enableJsonResponse: true } : {}),
  },
})
process.send?.({ port })

/** It does not tell which port it was given. */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
