/** Handles pipelined requests: those that wait for the response to an earlier request on the same connection. */

import type { IncomingMessage, ServerResponse } from 'node:http'

type Socket = IncomingMessage['socket']

/** Responses that have no connection yet, by the connection they wait for. */
const waiting = new WeakMap<Socket, Set<ServerResponse>>()

/**
 * Closes a waiting response when its connection closes. Node assigns the connection only when the response is next, and emits no `close`
 * on it before, so the request would be served without end.
 */
export function endWithConnection({ socket }: IncomingMessage, res: ServerResponse): void {
  // Nearly all responses have their connection at once.
  if (res.socket !== null || socket === undefined) return
  const responses = waiting.get(socket) ?? listenTo(socket)
  responses.add(res)
  res.once('close', () => responses.delete(res))
}

/** One listener for all waiting responses of a connection. */
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
