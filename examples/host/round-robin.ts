/** A proxy that sends each request to the next node, whoever asked: no client ever stays with one. */

import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'

export function createRoundRobin(ports: readonly number[]): Server {
  let turn = 0
  return createServer((req, res) => {
    turn += 1
    pass(req, res, ports[turn % ports.length] ?? 0)
  })
}

/** Streams both ways. A node that is not there, or breaks off, is a 502 or the end of the answer. */
function pass(req: IncomingMessage, res: ServerResponse, port: number): void {
  const { method, url, headers } = req
  const onward: ClientRequest = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'x-node': String(port) })
    answer.pipe(res)
    answer.on('error', () => res.destroy())
  })
  onward.on('error', () => {
    if (res.headersSent) res.destroy()
    else res.writeHead(502, { 'content-type': 'application/json' }).end('{"error":"this node is not there"}')
  })
  res.on('close', () => onward.destroy())
  req.pipe(onward)
}
