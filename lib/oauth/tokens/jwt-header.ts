/** Tells a JWT from an opaque token, and reads what decides how it is checked. Nothing that is read here is trusted. */

import { isRecord } from '../../foundation/json/guards.js'

/** RFC 6750, section 2.1. At most 8 KiB: Node refuses all headers together above 16 KiB. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,8192}=*$/

/** The parts of a JWT that are read before its signature is checked. */
export interface UnverifiedJwt {
  /** The header, such as `{ alg, kid, typ }`. */
  readonly header: Readonly<Record<string, unknown>>
  /** The claims. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** Whether a text has the form of a token, and its length. */
export function isTokenText(text: string): boolean {
  return text.length <= 8192 && TOKEN.test(text)
}

/** The unverified parts of a JWT. `null`: the token is opaque. By its form alone, so that no token is checked in both ways. */
export function readJwt(token: string): UnverifiedJwt | null {
  const [head, body, signature, ...more] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined || more.length > 0) return null
  const header = decode(head)
  const claims = decode(body)
  return header === null || claims === null || typeof header['alg'] !== 'string' ? null : { header, claims }
}

/** How a JWT begins whose header has no blanks. */
const USUAL_JWT = /^eyJ[^.]*\.[^.]+\.[^.]+$/

/** Whether a text has the form of a JWT. Those that are written as usual are not parsed for it. */
export function isJwtText(text: string): boolean {
  return USUAL_JWT.test(text) || readJwt(text) !== null
}

function decode(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}
