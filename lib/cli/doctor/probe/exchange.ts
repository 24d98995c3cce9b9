/** One HTTP request and its answer, by `node:http`: redirects are not followed, and the headers are those of the wire. */

import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as overHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import { isIP } from 'node:net'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { hostOf } from './addresses.js'
import { ProbeFailure, timedOut, toProbeFailure } from './probe-failure.js'

/** Where requests go: always to the host of the URL, at an address that is known to work. */
export interface Endpoint {
  readonly url: URL
  readonly port: number
  readonly address: string
  readonly agent: HttpAgent | HttpsAgent
  readonly ca: string | undefined
  /** `false` only for a self-signed certificate on a loopback address, where the user allowed it. */
  readonly verify: boolean
  readonly signal: AbortSignal
}

/** A request. */
export interface Sent {
  readonly method: string
  /** Default: the path of the endpoint. */
  readonly path?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The id of the JSON-RPC message in it. */
  readonly requestId?: string
  /** A connection of its own. */
  readonly fresh?: boolean
  readonly timeoutMs: number
}

/** A request and its whole answer. */
export interface Exchange {
  readonly sent: Sent
  readonly status: number
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
  /** Names as they were sent, with their values, in turn. */
  readonly rawHeaders: readonly string[]
  readonly text: string
  readonly firstByteMs: number
  readonly ms: number
  /** The local time at which the head of the answer came, in milliseconds since 1970. */
  readonly at: number
}

/** Bytes. More of an answer is not read. */
const MOST_BYTES = 16 * 1024 * 1024

/** An agent that keeps connections open, for the scheme of the URL. */
export function createAgent(url: URL): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: 16 }
  return url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
}

/** Throws a ProbeFailure if there is no whole answer. */
export async function exchange(endpoint: Endpoint, sent: Sent): Promise<Exchange> {
  const first = await attempt(endpoint, sent)
  // A server may close an idle connection at the moment at which it is used again. That is no fault.
  const last = first === 'closed while idle' ? await attempt(endpoint, { ...sent, fresh: true }) : first
  if (last === 'closed while idle') throw toProbeFailure({ code: 'ECONNRESET' })
  return last
}

function attempt(endpoint: Endpoint, sent: Sent): Promise<Exchange | 'closed while idle'> {
  const started = performance.now()
  const late = AbortSignal.timeout(sent.timeoutMs)
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.any([endpoint.signal, late])
    const request = openRequest(endpoint, sent, signal)
    const fail = (error: unknown) => {
      if (late.aborted) reject(timedOut(sent.timeoutMs))
      else if (endpoint.signal.aborted) reject(toProbeFailure({ code: 'ABORTED' }))
      else if (request.reusedSocket && sent.fresh !== true && toProbeFailure(error).code === 'ECONNRESET')
        resolve('closed while idle')
      else reject(toProbeFailure(error))
    }
    request.on('error', fail)
    request.once('response', (response) => {
      const head = { firstByteMs: performance.now() - started, at: Date.now() }
      readBody(response).then(
        (text) => resolve({ sent, ...head, ...headOf(response), text, ms: performance.now() - started }),
        fail,
      )
    })
    request.end(sent.body)
  })
}

/** Opens a request. Its errors come as events. */
export function openRequest(endpoint: Endpoint, sent: Sent, signal: AbortSignal) {
  const { url, port, address, agent, ca, verify } = endpoint
  const host = hostOf(url)
  const secure = url.protocol === 'https:'
  const options = {
    host: address,
    port,
    method: sent.method,
    path: sent.path ?? `${url.pathname}${url.search}`,
    headers: {
      Host: url.host,
      'User-Agent': 'allv-mcp-doctor',
      ...sent.headers,
      ...(sent.body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(sent.body)) }),
    },
    agent: sent.fresh === true ? false : agent,
    signal,
    ...(secure && isIP(host) === 0 ? { servername: host } : {}),
    ...(secure && ca !== undefined ? { ca } : {}),
    ...(secure ? { rejectUnauthorized: verify } : {}),
  }
  const request = secure ? overHttps(options) : overHttp(options)
  // Without a listener Node closes the connection, and tells nobody.
  request.once('upgrade', (_response, socket) => {
    socket.destroy()
    request.emit(
      'error',
      new ProbeFailure('UPGRADED', 'the answer is 101: a change of protocol that was not asked for'),
    )
  })
  return request
}

/** What the head of an answer says. */
function headOf(response: IncomingMessage) {
  const { statusCode: status = 0, httpVersion, headers, rawHeaders } = response
  return { status, httpVersion, headers, rawHeaders }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk)
    chunks.push(bytes)
    size += bytes.length
    if (size > MOST_BYTES) throw new ProbeFailure('TOO_LARGE', 'the answer is larger than 16 MB')
  }
  return decode(Buffer.concat(chunks), response.headers['content-encoding'])
}

function decode(bytes: Buffer, encoding: string | undefined): string {
  const limits = { maxOutputLength: MOST_BYTES }
  try {
    if (encoding === 'gzip') return gunzipSync(bytes, limits).toString()
    if (encoding === 'deflate') return inflateSync(bytes, limits).toString()
    if (encoding === 'br') return brotliDecompressSync(bytes, limits).toString()
  } catch {
    return ''
  }
  return bytes.toString()
}
