/** Calls the app under verification over HTTP, as MCP clients do. */

import { isRecord } from '../../foundation/json/guards.js'
import { Broken } from './case.js'

/** Who calls: a key that acts for one member of a workspace. */
export interface Caller {
  readonly workspaceId: string
  readonly memberId: string
  readonly keyId: string
  readonly key: string
}

/** What the app answered. */
export interface Answer {
  readonly status: number
  /** The result, or an empty object. */
  readonly result: Readonly<Record<string, unknown>>
  /** The error code, wherever it is. `null`: none. */
  readonly code: string | null
  /** The approval that the call waits for. `null`: none. */
  readonly approvalId: string | null
  /** All of it, for sentences. */
  readonly text: string
}

/** A call of a tool. */
export interface ToolRequest {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly idempotencyKey?: string
  /** As a client that accepts tasks: it is answered at once. */
  readonly task?: boolean
}

/** A client of one node. */
export interface Client {
  /** Sends a request. `task`: as a client that accepts tasks. */
  send(
    caller: Caller,
    method: string,
    params?: Readonly<Record<string, unknown>>,
    more?: Pick<ToolRequest, 'task' | 'idempotencyKey'>,
  ): Promise<Answer>
  /** Calls a tool. */
  call(caller: Caller, request: ToolRequest): Promise<Answer>
  /** Calls a tool whose call waits. Resolves when the app says that it waits, or when it has answered. */
  hold(caller: Caller, request: ToolRequest): Promise<{ readonly answer: Promise<Answer> }>
}

/** @param url that of the mount point */
export function createClient(url: string): Client {
  const send: Client['send'] = async (caller, method, params = {}, more = {}) => {
    const response = await post(url, caller, { method, params, ...more })
    return toAnswer(response.status, await response.text())
  }
  return {
    send,
    call: (caller, { tool, arguments: args, ...more }) =>
      send(caller, 'tools/call', { name: tool, arguments: args }, more),
    async hold(caller, { tool, arguments: args }) {
      const params = { name: tool, arguments: args, _meta: { progressToken: 1 } }
      const { status, body } = await post(url, caller, { method: 'tools/call', params })
      const chunks = (body ?? new ReadableStream<Uint8Array>())
        .pipeThrough(new TextDecoderStream())
        .getReader()
      const first = await chunks.read()
      const answer = readAll(chunks, first.value ?? '').then((text) => toAnswer(status, text))
      // The case may end before it is read.
      answer.catch(() => {})
      return { answer }
    },
  }
}

interface Sent extends Pick<ToolRequest, 'task' | 'idempotencyKey'> {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

async function post(
  url: string,
  caller: Caller,
  { method, params, task, idempotencyKey }: Sent,
): Promise<Response> {
  const { headers, body } = task ? modern(method, params) : plain(method, params)
  return fetch(`${url}/workspaces/${encodeURIComponent(caller.workspaceId)}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-api-key': caller.key,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new Broken(`the app did not answer ${method} (${reasonOf(error)})`)
  })
}

async function readAll(chunks: ReadableStreamDefaultReader<string>, before: string): Promise<string> {
  let text = before
  for (;;) {
    const { done, value } = await chunks.read()
    if (done) return text
    text += value
  }
}

function plain(method: string, params: object) {
  return { headers: {}, body: { jsonrpc: '2.0', id: 1, method, params } }
}

const VERSION = '2026-07-28'
const CAPABILITIES = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

function modern(method: string, params: Readonly<Record<string, unknown>>) {
  const name = params['name'] ?? params['taskId']
  return {
    headers: {
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': VERSION,
          'io.modelcontextprotocol/clientCapabilities': CAPABILITIES,
          'io.modelcontextprotocol/clientInfo': { name: 'allv-mcp-verify', version: '1' },
        },
      },
    },
  }
}

function toAnswer(status: number, text: string): Answer {
  const message = lastMessage(text)
  const result = recordIn(message, 'result')
  const error = recordIn(message, 'error')
  const meta = recordIn(result, '_meta')
  const code = recordIn(error, 'data')['code'] ?? bySuffix(meta, '/code')
  const approval = bySuffix(meta, '/approval')
  const approvalId = isRecord(approval) ? approval['approvalId'] : undefined
  return {
    status,
    result,
    code: typeof code === 'string' ? code : null,
    approvalId: typeof approvalId === 'string' ? approvalId : null,
    text,
  }
}

/** The JSON of a body, or the last message of an event stream. */
function lastMessage(text: string): unknown {
  const data = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
  try {
    return JSON.parse(data.at(-1) ?? text)
  } catch {
    return {}
  }
}

function recordIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = isRecord(value) ? value[name] : undefined
  return isRecord(found) ? found : {}
}

/** Hosts may choose the prefix of these names. */
function bySuffix(meta: Readonly<Record<string, unknown>>, suffix: string): unknown {
  return Object.entries(meta).find(([name]) => name.endsWith(suffix))?.[1]
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

const MOST_SHOWN = 300

/** The answer in a sentence. */
export function shown({ status, code, text }: Answer): string {
  return code === null ? `HTTP ${status}: ${text.slice(0, MOST_SHOWN)}` : `HTTP ${status} with ${code}`
}
