/** SHA-256 digests of text and of JSON. JSON is digested in canonical form, so that equal values have equal digests. */

import { hash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'

const stringify = configure({
  bigint: false,
  circularValue: TypeError,
  deterministic: true,
  strict: true,
})

/** SHA-256 of the UTF-8 text, 64 lower-case hex digits. */
export function digestText(text: string): string {
  return hash('sha256', text, 'hex')
}

/** SHA-256 of the UTF-8 text as base64url without padding, as RFC 9449 and RFC 7638 write it. */
export function digestBase64Url(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** SHA-256 of a JSON value with object keys in code unit order (as in RFC 8785), 64 lower-case hex digits. Throws for a value that is not JSON. */
export function digestJson(value: unknown): string {
  return digestText(canonicalJson(value))
}

/** The canonical JSON text that `digestJson` hashes. */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? 'null'
}
