/** Preloaded into programs of the documents: they listen on a free port in place of the one they name, and say which. */

import { Server } from 'node:net'

const { listen } = Server.prototype

Server.prototype.listen = function (first, ...rest) {
  this.once('listening', () => {
    const address = this.address()
    if (typeof address === 'object' && address !== null) process.send?.({ port: address.port })
  })
  const named = typeof first === 'number' || typeof first === 'string'
  return listen.call(this, named ? 0 : { ...first, port: 0 }, ...rest)
}

// A program that has nothing left to do ends.
process.channel?.unref()
