/**
 * Makes the requests and responses of Express fast before V8 13 (Node 24). There, an object with a replaced prototype gets its own hidden
 * class when a member is added. Express does both to each request and response, so every access misses the inline caches, also in Node's own
 * code. That is half the cost of Express. As dictionaries they share a hidden class again. Numbers: bench/README.md.
 */

import { IncomingMessage, type ServerResponse } from 'node:http'

const AFFECTED = Number.parseInt(process.versions.v8, 10) < 13

/** Turns both into dictionaries: it deletes a member and defines it again with the same descriptor. */
export function shareHiddenClasses(req: IncomingMessage, res: ServerResponse): void {
  if (!AFFECTED || Object.getPrototypeOf(req) === IncomingMessage.prototype) return
  takeOutAndPutBack(req, 'url')
  takeOutAndPutBack(res, 'req')
}

function takeOutAndPutBack(target: object, member: string): void {
  const own = Reflect.getOwnPropertyDescriptor(target, member)
  if (own?.configurable !== true || own.writable !== true) return
  Reflect.deleteProperty(target, member)
  Reflect.defineProperty(target, member, own)
}
