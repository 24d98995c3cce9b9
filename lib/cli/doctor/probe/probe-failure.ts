/** The error of a probe that got no answer, with what happened in words. */

import { messageOf } from '../../../foundation/errors/message-of.js'

/** `code` is that of Node, or `TIMEOUT`, `ABORTED`. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** By the error code of Node. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'the name is unknown to DNS'],
  ['EAI_AGAIN', 'DNS gave no answer'],
  ['ECONNREFUSED', 'the connection was refused: nothing listens there'],
  ['ECONNRESET', 'the connection was closed before an answer came'],
  ['EPIPE', 'the connection was closed while the request was sent'],
  ['EHOSTUNREACH', 'there is no route to the host'],
  ['ENETUNREACH', 'this machine has no route to the network'],
  ['EADDRNOTAVAIL', 'this machine has no address of this kind'],
  ['ETIMEDOUT', 'no answer in time'],
  ['TIMEOUT', 'no answer in time'],
  ['ABORTED', 'interrupted'],
  ['EPROTO', 'the server did not answer with TLS'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server did not answer with TLS'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server did not answer with TLS'],
])

/** The failure for an error of Node. */
export function toProbeFailure(error: unknown): ProbeFailure {
  if (error instanceof ProbeFailure) return error
  const code = codeOf(error)
  const fallback = code.startsWith('HPE_') ? 'the answer is not HTTP' : code
  return new ProbeFailure(code, WORDS.get(code) ?? fallback)
}

/** The failure of an operation that took too long. */
export function timedOut(ms: number): ProbeFailure {
  return new ProbeFailure('TIMEOUT', `no answer within ${Math.round(ms / 100) / 10} s`)
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code
  return messageOf(error)
}
