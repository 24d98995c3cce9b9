/** A proxy in front of a host that does one thing wrong. */

import {
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** What came from the client. */
interface Came {
  readonly req: IncomingMessage
  readonly body: string
}

/** What the proxy does wrong. Each part that is absent is done right. */
export interface Fault {
  /** Answers in place of the host, and says so by `true`. */
  readonly instead?: (came: Came, res: ServerResponse) => boolean
  /** The headers that the host gets. */
  readonly headers?: (headers: IncomingHttpHeaders) => OutgoingHttpHeaders
  /** The body that the host gets. */
  readonly body?: (body: string) => string
  /** The headers that the client gets. */
  readonly answerHeaders?: (headers: IncomingHttpHeaders, status: number) => OutgoingHttpHeaders
  /** The body that the client gets, where the answer is JSON. */
  readonly answerBody?: (body: string) => string
  /** How the client gets the answer. */
  readonly deliver?: (answer: IncomingMessage, res: ServerResponse) => void
  /** Milliseconds before the host is asked. */
  readonly delayMs?: number
  /** The ports of the hosts, in turn. Default: that of the host. */
  readonly ports?: readonly number[]
}

export interface Proxy {
  readonly origin: string
  /** Everything that came: the method, the path, and `Authorization`. */
  readonly came: readonly string[]
  close(): void
}

export async function startProxy(port: number, fault: Fault): Promise<Proxy> {
  const came: string[] = []
  const server = createServer(async (req, res) => {
    came.push(`${req.method} ${req.url} ${req.headers.authorization ?? 'without a key'}`)
    const chunks: Buffer[] = []
    for await (const chunk of req.on('error', () => {})) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    if (fault.instead?.({ req, body }, res) === true) return
    if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
    const { ports = [port] } = fault
    pass({ req, body }, res, ports[came.length % ports.length] ?? port, fault)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came, close }
}

function pass({ req, body }: Came, res: ServerResponse, port: number, fault: Fault): void {
  const sent = fault.body?.(body) ?? body
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...headers } = req.headers
  const length = sent === '' ? {} : { 'content-length': Buffer.byteLength(sent) }
  const upstream = forward(
    {
      host: '127.0.0.1',
      port,
      method: req.method,
      path: req.url,
      agent: false,
      headers: { ...(fault.headers?.(headers) ?? headers), ...length },
    },
    (answer) => {
      const status = answer.statusCode ?? 502
      const { connection: _, 'keep-alive': __, ...plain } = answer.headers
      const given = fault.answerHeaders?.(plain, status) ?? plain
      if (fault.deliver !== undefined) {
        res.statusCode = status
        for (const [name, value] of Object.entries(given)) if (value !== undefined) res.setHeader(name, value)
        fault.deliver(answer, res)
      } else if (fault.answerBody !== undefined && answer.headers['content-type'] === 'application/json') {
        rewrite(answer, res, { status, headers: given, change: fault.answerBody })
      } else {
        res.writeHead(status, given)
        answer.pipe(res)
      }
    },
  )
  upstream.on('error', () => res.destroy())
  res.once('close', () => upstream.destroy())
  upstream.end(sent)
}

interface Rewrite {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly change: (body: string) => string
}

async function rewrite(answer: IncomingMessage, res: ServerResponse, { status, headers, change }: Rewrite) {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const body = change(Buffer.concat(chunks).toString())
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}

/** A page for people. */
export function page(
  res: ServerResponse,
  status: number,
  html: string,
  headers: OutgoingHttpHeaders = {},
): true {
  res.writeHead(status, { 'content-type': 'text/html', ...headers }).end(html)
  return true
}

/** The headers without those that match. */
export function without<Headers extends object>(headers: Headers, names: RegExp): Partial<Headers> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name))) as Partial<Headers>
}
