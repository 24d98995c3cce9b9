/** SHA-256 digests of text and of JSON in one canonical spelling, so that equal values have equal digests. */

import { hash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'

const canonicalJson = configure({
  bigint: false,
  circularValue: TypeError,
  deterministic: true,
  strict: true,
})

/** SHA-256 of the UTF-8 text, 64 lower-case hex digits. */
export function digestText(text: string): string {
  return hash('sha256', text, 'hex')
}

/** SHA-256 of a JSON value with object keys in code unit order (as in RFC 8785), 64 lower-case hex digits. Throws on what is not JSON. */
export function digestJson(value: unknown): string {
  return digestText(canonicalJson(value) ?? 'null')
}

const digests = new WeakMap<object, string>()

/** The digest of an object that cannot change, made once. An object is taken not to change when all that it holds directly is frozen. */
export function digestOnce(whole: object, digest: () => string): string {
  const known = digests.get(whole)
  if (known !== undefined) return known
  const made = digest()
  if (Object.isFrozen(whole) && Object.values(whole).every((part) => Object.isFrozen(part)))
    digests.set(whole, made)
  return made
}
