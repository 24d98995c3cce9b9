/**
 * Before V8 13 (Node 24), an object whose prototype was exchanged gets a hidden class of its own with the next member that is added to it.
 * Express does both to every request and response, so that every look at one misses all caches, and most of what looks is Node's own code:
 * that is half of what Express costs. As dictionaries they share a hidden class again. Numbers: bench/README.md.
 */

import { IncomingMessage, type ServerResponse } from 'node:http'

const AFFECTED = Number.parseInt(process.versions.v8, 10) < 13

/** Taking a member out makes an object a dictionary. It is put back as it was, so nobody can tell. */
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
