/** Programs of a host that start, answer one request and end. */

/** The names of the tools that the story prints. */
export const TOOLS = 'agent_update_memory,agent_read_memory,agent_get_approval\n'

const BODY = `
  const adapters = createInMemoryAdapters({
    apiKeys: [{ id: 'k', workspaceId: 'ws', name: 'k', scopes: ['*'], members: ['m'], createdAt: new Date(), expiresAt: null, revokedAt: null, digest: digestApiKey('sk_test') }],
    members: [{ id: 'm', workspaceId: 'ws', email: 'm@ws.test', active: true }],
  })
  const router = createAllvMcpRouter({ adapters, secret: 'a secret that only this story has' })
  const server = serve(router)
  await new Promise((resolve) => server.listen(0, resolve))
  const post = async (body) => {
    const response = await fetch('http://127.0.0.1:' + server.address().port + '/workspaces/ws/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'x-api-key': 'sk_test' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
    })
    return response.json()
  }
  // Sealed, checked by the SDK since its capabilities are unusual, and answered.
  const params = { protocolVersion: '2025-11-25', capabilities: { tasks: {} }, clientInfo: { name: 'c', version: '1' } }
  const opened = await post({ method: 'initialize', params })
  if (opened.result?.protocolVersion !== '2025-11-25') throw new Error(JSON.stringify(opened))
  const { result } = await post({ method: 'tools/list' })
  console.log(result.tools.map(({ name }) => name).join())
  server.close()
  server.closeAllConnections()
`
const SERVE = {
  express: 'createServer(express().use(router))',
  node: 'createServer((req, res) => router(req, res, () => res.writeHead(404).end()))',
}

/** A host as ES modules, on Express or on `node:http`. */
export function esmStory(on: 'express' | 'node'): string {
  const express = on === 'express' ? `import express from 'express'\n` : ''
  return `${express}import { createServer } from 'node:http'
import { createAllvMcpRouter, digestApiKey } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
const serve = (router) => ${SERVE[on]}
async function main() {${BODY}}
main()
`
}

/** The same host in CommonJS. */
export function cjsStory(on: 'express' | 'node', express = 'express'): string {
  const required = on === 'express' ? `const express = require('${express}')\n` : ''
  return `${required}const { createServer } = require('node:http')
const { createAllvMcpRouter, digestApiKey } = require('allv-mcp')
const { createInMemoryAdapters } = require('allv-mcp/testing')
const serve = (router) => ${SERVE[on]}
async function main() {${BODY}}
${on === 'node' ? 'exports.main = main\nif (require.main === module) main()' : 'main()'}
`
}
