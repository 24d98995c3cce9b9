import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpHandler, McpServer as McpServer2 } from '@modelcontextprotocol/server'
import express from 'express'
import { z } from 'zod'
import { findings, idsWith, resultsOf } from '../../support/examined.js'
import { startProxy } from '../../support/faulty-proxy.js'

/** Servers that are not allv-mcp: the recipes of the SDK. What every MCP server must do is checked of them too. */

type Handler = (req: IncomingMessage & { body?: unknown }, res: ServerResponse) => void

const tool = { title: 'Add', description: 'Adds.', inputSchema: { a: z.number() } }
const done = async () => ({ content: [{ type: 'text' as const, text: 'done' }] })

const withoutSessions: Handler = async (req, res) => {
  const server = new McpServer({ name: 'recipe', version: '1.0.0' })
  server.registerTool('add', tool, done)
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  res.on('close', () => void transport.close())
  await server.connect(transport as Parameters<typeof server.connect>[0])
  await transport.handleRequest(req, res, req.body)
}

function withSessions(): Handler {
  const transports = new Map<string, StreamableHTTPServerTransport>()
  return async (req, res) => {
    const known = transports.get(String(req.headers['mcp-session-id']))
    if (known !== undefined) return known.handleRequest(req, res, req.body)
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void transports.set(id, transport),
    })
    const server = new McpServer({ name: 'recipe', version: '1.0.0' })
    server.registerTool('add', tool, done)
    await server.connect(transport as Parameters<typeof server.connect>[0])
    await transport.handleRequest(req, res, req.body)
  }
}

function secondLine(): Handler {
  const handler = createMcpHandler(() => {
    const server = new McpServer2({ name: 'recipe2', version: '1.0.0' })
    server.registerTool('add', { ...tool, inputSchema: z.object({ a: z.number() }) }, done)
    return server
  })
  return async (req, res) => {
    const headers = Object.entries(req.headers).map(
      ([name, value]) => [name, String(value)] as [string, string],
    )
    const init = { method: 'POST', headers, body: JSON.stringify(req.body) }
    const answer = await handler.fetch(new Request(`http://localhost${req.url}`, init))
    res.writeHead(answer.status, Object.fromEntries(answer.headers))
    const reader = answer.body?.getReader()
    res.on('close', () => void reader?.cancel().catch(() => {}))
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      res.write(part.value)
    res.end()
  }
}

async function served(handler: Handler, parser = express.json({ limit: '4mb' })) {
  const app = express()
  app.use(parser)
  app.post('/mcp', handler)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { port, url: `http://127.0.0.1:${port}/mcp`, close }
}

const WAYS: Readonly<Record<string, () => Handler>> = {
  'the first SDK without sessions': () => withoutSessions,
  'the first SDK with sessions': withSessions,
  'the second SDK': secondLine,
}

it.each(Object.keys(WAYS))('says that %s is another server, and checks what can be checked', async (name) => {
  const { url, close } = await served((WAYS[name] ?? withSessions)())
  const results = await resultsOf(url, { slowMs: 8000 })
  close()
  // The recipes let pages of every origin in.
  expect(findings(results)).toEqual([
    expect.stringMatching(/^warn origin\.foreign: a page of https:\/\/evil\.example is answered 200/),
  ])
  expect(results.find(({ id }) => id === 'protocol.server')?.seen).toMatch(/^recipe2? 1\.0\.0, not allv-mcp/)
  for (const id of ['http.mount', 'http.cache', 'speed.latency', 'body.limit', 'tools.list', 'tools.names'])
    expect([id, idsWith('pass', results).includes(id)]).toEqual([id, true])
  expect(results.find(({ id }) => id === 'tools.list')?.seen).toBe('1 tools')
})

it('only warns of a body parser with its usual limit', async () => {
  const { url, close } = await served(withoutSessions, express.json())
  const results = await resultsOf(url, { slowMs: 8000 })
  close()
  expect(findings(results)).toEqual([
    expect.stringMatching(/^warn origin\.foreign/),
    expect.stringMatching(/^warn body\.host-parser: the host app refuses 120 kB/),
  ])
})

it.each<readonly [string, Parameters<typeof startProxy>[1], string]>([
  ['a redirect', { instead: (_, res) => !!res.writeHead(301, { location: '/mcp/' }).end() }, 'http.redirect'],
  ['a cache', { answerHeaders: (headers) => ({ ...headers, age: '3' }) }, 'http.cache'],
  [
    'a closed connection after each request',
    { answerHeaders: (headers) => ({ ...headers, connection: 'close' }) },
    'http.keep-alive',
  ],
])('names %s in front of another server', async (_, fault, id) => {
  const { port, close } = await served(withoutSessions)
  const proxy = await startProxy(port, fault)
  const results = await resultsOf(`${proxy.origin}/mcp`, { slowMs: 8000 })
  proxy.close()
  close()
  expect(idsWith('fail', results)).toEqual([id])
})

it('names two nodes that keep their sessions in memory', async () => {
  const [a, b] = [await served(withSessions()), await served(withSessions())]
  const proxy = await startProxy(a.port, { ports: [a.port, b.port] })
  const results = await resultsOf(`${proxy.origin}/mcp`, { slowMs: 8000 })
  for (const one of [proxy, a, b]) one.close()
  expect(idsWith('fail', results).slice(0, 1)).toEqual(['nodes.session'])
})

it('names a key that another server refuses', async () => {
  const { url, close } = await served((_, res) => {
    const error = { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'invalid token' } }
    res.writeHead(401, {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer error="invalid_token"',
    })
    res.end(JSON.stringify(error))
  })
  const results = await resultsOf(url, { key: 'sk_of_another_server', slowMs: 8000 })
  close()
  expect(findings(results)).toEqual([expect.stringMatching(/^fail access\.key: .*invalid token/)])
})

it('names a JSON-RPC server that is no MCP server', async () => {
  const { url, close } = await served((req, res) => {
    const { id } = req.body as { readonly id: string }
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'unknown method' } }))
  })
  const results = await resultsOf(url, { slowMs: 8000 })
  close()
  expect(idsWith('fail', results)).toEqual(['protocol.server'])
})
