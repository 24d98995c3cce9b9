/** Makes, hashes and compares API keys, and makes ids. */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { digestText } from './digest.js'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KEY_FORM = /^sk_(?:live|test)_[0-9A-Za-z]{49}$/
const CHECKSUM_LENGTH = 6

/** A new API key and what the host stores of it. */
export interface GeneratedApiKey {
  /** The secret: `sk_live_…` or `sk_test_…`, 256 random bits and a checksum. Show it to the user once and do not store it. */
  readonly key: string
  /** SHA-256 of the key. The host stores it, and `findByDigest` receives it. */
  readonly digest: string
  /** Mode and last four characters, for lists of keys: `sk_live_…a1B2`. */
  readonly hint: string
}

/**
 * Makes an API key. `mode` (default `live`) is part of its text, so that a leaked key shows where it comes from. Throws a TypeError for
 * another mode.
 *
 * @example
 * const { key, digest, hint } = generateApiKey({ mode: 'test' })
 * await db.insert('api_keys', { digest, hint, workspaceId: 'ws_acme', scopes: ['memory:read'] })
 */
export function generateApiKey(options: { readonly mode?: 'live' | 'test' } = {}): GeneratedApiKey {
  const mode: unknown = options?.mode ?? 'live'
  if (mode !== 'live' && mode !== 'test')
    throw new TypeError(`mode of generateApiKey must be 'live' or 'test'; use 'live' for production`)
  const body = `sk_${mode}_${base62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43)}`
  const key = body + checksum(body)
  return { key, digest: digestApiKey(key), hint: `sk_${mode}_…${key.slice(-4)}` }
}

/**
 * SHA-256 of a key, 64 lower-case hex digits. Keys have 256 random bits, so they need no slow hash and no salt. Throws a TypeError if `key`
 * is not a string.
 *
 * @example
 * await db.insert('api_keys', { digest: digestApiKey('sk_of_an_older_system'), workspaceId: 'ws_acme' })
 */
export function digestApiKey(key: string): string {
  if (typeof key !== 'string')
    throw new TypeError('digestApiKey needs the text of a key, such as generateApiKey().key')
  return digestText(key)
}

/**
 * Whether a text has the form and checksum of a key made by `generateApiKey`. A host's pages can use it to tell a typing error from a
 * revoked key.
 *
 * @example
 * const hint = isWellFormedApiKey('sk_live_abc') ? 'the key is unknown or revoked' : 'the key is not complete'
 */
export function isWellFormedApiKey(text: string): boolean {
  return KEY_FORM.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** Compares two digests in constant time. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Prefix of an id: run, approval, audit event, request, input request. */
export type IdKind = 'run' | 'apr' | 'evt' | 'req' | 'ask'

/** An unguessable id of 132 random bits, such as `run_3f…`. */
export function newId(kind: IdKind): string {
  return generators[kind]()
}

/** Whether a value has the form of an id of this kind. */
export function isId(kind: IdKind, value: unknown): value is string {
  return typeof value === 'string' && value.length === lengthOf(kind) && value.startsWith(`${kind}_`)
}

function lengthOf(kind: IdKind): number {
  return kind.length + 1 + RANDOM_LENGTH
}

const RANDOM_LENGTH = 22
/** 33 bytes are 44 characters of Base64, which make two ids. */
const POOL_BYTES = 33 * 64
const generators: Readonly<Record<IdKind, () => string>> = {
  run: createIdGenerator('run'),
  apr: createIdGenerator('apr'),
  evt: createIdGenerator('evt'),
  req: createIdGenerator('req'),
  ask: createIdGenerator('ask'),
}

/**
 * Takes random bytes for 128 ids at a time, since a system call costs ten times as much as an id. Each id is a slice of one string: a
 * concatenated string would hold two more objects for as long as the id is kept.
 */
function createIdGenerator(kind: IdKind): () => string {
  const length = lengthOf(kind)
  let pool = ''
  let from = 0
  return () => {
    if (from === pool.length) {
      const random = randomBytes(POOL_BYTES).toString('base64url')
      pool = random.replaceAll(/.{22}/g, (text) => `${kind}_${text}`)
      from = 0
    }
    from += length
    return pool.slice(from - length, from)
  }
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH)
}

function base62(value: bigint, length: number): string {
  let rest = value
  let digits = ''
  while (digits.length < length) {
    digits = (ALPHABET[Number(rest % 62n)] ?? '') + digits
    rest /= 62n
  }
  return digits
}
