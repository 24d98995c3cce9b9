/** Real HTTP against a world: a listening server, and requests as clients send them. */

import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import { KEYS, type KeyName, type World } from './world.js'

export interface Running {
  readonly origin: string
  readonly port: number
  endpoint(workspaceId?: string): string
  /** How many clients have gone away before their answer was sent. */
  left(): number
  close(): Promise<void>
}

export async function listen(world: World, mount = '/api'): Promise<Running> {
  const router = world.router()
  const app = express()
  app.use(mount, router)
  const server: Server = createServer(app)
  let left = 0
  server.on('request', (_, res) =>
    res.once('close', () => {
      if (!res.writableFinished) left += 1
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    port,
    endpoint: (workspaceId = 'ws_acme') =>
      `${origin}${mount === '/' ? '' : mount}/workspaces/${workspaceId}/mcp`,
    left: () => left,
    async close() {
      server.close()
      await router.close()
      server.closeAllConnections()
    },
  }
}

export interface Ask {
  readonly key?: KeyName | null
  readonly member?: string | null
  readonly workspaceId?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly method?: string
  readonly signal?: AbortSignal
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The JSON body, or the JSON-RPC messages of an event stream. */
  readonly json: JsonRpc
  readonly messages: readonly JsonRpc[]
}

export interface JsonRpc {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Record<string, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results freely.
  readonly result?: any
  readonly error?: { readonly code: number; readonly message: string; readonly data: Record<string, unknown> }
}

/** POSTs a JSON-RPC message as maria with the acme key, unless told otherwise. */
export async function post(running: Running, ask: Ask): Promise<Answered> {
  const response = await open(running, ask)
  const text = await response.text()
  const messages = messagesIn(text, response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, messages, json: messages.at(-1) ?? {} }
}

export function open(
  running: Running,
  { key = 'acme', member = 'maria@acme.test', workspaceId, headers = {}, body, method = 'POST', signal }: Ask,
): Promise<Response> {
  return fetch(running.endpoint(workspaceId), {
    method,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(key === null ? {} : { 'x-api-key': KEYS[key] }),
      ...(member === null ? {} : { 'x-allv-user-email': member }),
      ...headers,
    },
    ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body ?? PING) } : {}),
    ...(signal === undefined ? {} : { signal }),
  })
}

export const PING = { jsonrpc: '2.0', id: 1, method: 'ping' }

export function rpc(method: string, params?: object, id: number | string = 7): object {
  return { jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) }
}

export function toolCall(name: string, args: object = {}, over: object = {}): object {
  return rpc('tools/call', { name, arguments: args, ...over })
}

/** The JSON-RPC messages of a body. */
export function messagesIn(text: string, type: string): readonly JsonRpc[] {
  if (type.startsWith('text/event-stream')) {
    return text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
  }
  if (!type.startsWith('application/json') || text === '') return []
  const parsed = JSON.parse(text)
  return Array.isArray(parsed) ? parsed : [parsed]
}

const VERSION = '2026-07-28'

/** The same request in the stateless era: envelope and mirrored headers added. */
export function modern(
  method: string,
  params: Record<string, unknown> = {},
  capabilities: object = {},
): Pick<Ask, 'headers' | 'body'> {
  const name = params['name'] ?? params['uri'] ?? params['taskId']
  const { _meta: meta = {}, ...rest } = params
  return {
    headers: {
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: rpc(method, {
      ...rest,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': VERSION,
        'io.modelcontextprotocol/clientCapabilities': capabilities,
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        ...(meta as object),
      },
    }),
  }
}

/** How long a further answer, which nothing asked for, has time to show itself. */
const LINGER_MS = 200

/**
 * Sends bytes as they are, and gives all that came back: once there are `answers` whole ones (default 1) and a moment has passed in which
 * one too many would show, when the server closes, or when `leave` resolves.
 */
export function raw(
  running: Running,
  request: string,
  { answers = 1, leave }: { readonly answers?: number; readonly leave?: Promise<unknown> } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(running.port, '127.0.0.1', () => socket.write(request))
    let received = ''
    const done = () => {
      socket.destroy()
      resolve(received)
    }
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (wholeAnswers(received) >= answers) setTimeout(done, LINGER_MS)
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
    void leave?.then(done)
  })
}

function wholeAnswers(received: string): number {
  const at = received.indexOf('\r\n\r\n')
  if (at < 0) return 0
  const length = Number(/^content-length: (\d+)/im.exec(received.slice(0, at))?.[1] ?? Number.NaN)
  if (Number.isNaN(length)) return 0
  const end = at + 4 + length
  return received.length < end ? 0 : 1 + wholeAnswers(received.slice(end))
}
