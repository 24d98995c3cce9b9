/** Requests whose header lines are sent as they are: twice, byte by byte, and to whatever target. `fetch` joins, trims and refuses. */

import { request } from 'node:http'
import type { JsonRpc } from './http.js'
import { KEYS } from './world.js'

export type Line = readonly [name: string, value: string]

export interface Sent {
  readonly lines?: readonly Line[]
  readonly body?: unknown
  /** The request target. */
  readonly target?: string
  /** Lines that are sent unless `lines` has one of the same name. */
  readonly usual?: readonly Line[]
}

export interface Came {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly json: JsonRpc
}

export const USUAL: readonly Line[] = [
  ['x-api-key', KEYS.acme],
  ['x-allv-user-id', 'mem_maria'],
  ['content-type', 'application/json'],
]

/** Values are bytes in Latin-1, as Node writes them; `utf8` gives those of a text in UTF-8. */
export function sendLines(
  { port }: { readonly port: number },
  { lines = [], body = { jsonrpc: '2.0', id: 1, method: 'ping' }, target, usual = USUAL }: Sent,
): Promise<Came> {
  const named = new Set(lines.map(([name]) => name.toLowerCase()))
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const all = [
    ...(named.has('host') ? [] : [['host', `127.0.0.1:${port}`]]),
    ['content-length', String(bytes.length)],
    ...usual.filter(([name]) => !named.has(name)),
    ...lines,
  ]
  const path = target ?? '/api/workspaces/ws_acme/mcp'
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers: all.flat(), agent: false }
    request(options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => {
        const isJson = answer.headers['content-type']?.startsWith('application/json') === true
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          json: isJson ? JSON.parse(text) : {},
        })
      })
    })
      .on('error', reject)
      .end(bytes)
  })
}

export const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

export const codeOf = ({ status, json }: Came): readonly [number, unknown] => [
  status,
  json.error?.data?.['code'] ?? json.error?.code ?? null,
]
