/** Requests that a client sends before it has the answers to those ahead of them, on one connection. */

import type { IncomingMessage, ServerResponse } from 'node:http'

type Socket = IncomingMessage['socket']

/** Responses that have no connection yet, by the connection that they wait for. */
const waiting = new WeakMap<Socket, Set<ServerResponse>>()

/**
 * Node gives a response its connection when its turn comes, and tells it nothing of a connection that ends before: it would be served for
 * ever. So it is told here.
 */
export function endWithConnection({ socket }: IncomingMessage, res: ServerResponse): void {
  // As nearly all responses: it has its connection.
  if (res.socket !== null || socket === undefined) return
  const responses = waiting.get(socket) ?? listenTo(socket)
  responses.add(res)
  res.once('close', () => responses.delete(res))
}

/** One listener for any number of responses. */
function listenTo(socket: Socket): Set<ServerResponse> {
  const responses = new Set<ServerResponse>()
  waiting.set(socket, responses)
  socket.once('close', () => {
    for (const res of [...responses].filter(({ socket: own }) => own === null)) {
      res.destroy()
      res.emit('close')
    }
  })
  return responses
}
