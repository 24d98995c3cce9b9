/** API keys and ids: how they are made, hashed and compared. */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { digestText } from './digest.js'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KEY_FORM = /^sk_(?:live|test)_[0-9A-Za-z]{49}$/
const CHECKSUM_LENGTH = 6

export interface GeneratedApiKey {
  /** The secret, shown to a person once: `sk_live_…` or `sk_test_…`, 256 random bits and a checksum. */
  readonly key: string
  /** What the host stores and `findByDigest` is asked for. */
  readonly digest: string
  /** Mode and last four characters, fit for lists: `sk_live_…a1B2`. */
  readonly hint: string
}

/** Makes an API key. `mode` is part of its text, so that a leaked key tells where it is from. Default `live`. Throws a TypeError for another mode. */
export function generateApiKey(options: { readonly mode?: 'live' | 'test' } = {}): GeneratedApiKey {
  const mode: unknown = options?.mode ?? 'live'
  if (mode !== 'live' && mode !== 'test')
    throw new TypeError(`mode of generateApiKey must be 'live' or 'test'; use 'live' for production`)
  const body = `sk_${mode}_${base62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43)}`
  const key = body + checksum(body)
  return { key, digest: digestApiKey(key), hint: `sk_${mode}_…${key.slice(-4)}` }
}

/** SHA-256 of a key, 64 lower-case hex digits. Keys have 256 random bits, so no slow hash or salt is needed. Throws a TypeError for what is no text. */
export function digestApiKey(key: string): string {
  if (typeof key !== 'string')
    throw new TypeError('digestApiKey needs the text of a key, such as generateApiKey().key')
  return digestText(key)
}

/** Whether a text has the form and checksum of a key made by `generateApiKey`: tells a typo from a revoked key in the host's own pages. */
export function isWellFormedApiKey(text: string): boolean {
  return KEY_FORM.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** Compares two digests in constant time. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

export type IdKind = 'run' | 'apr' | 'evt' | 'req' | 'ask'

/** An unguessable id of 132 random bits, such as `run_3f…`. */
export function newId(kind: IdKind): string {
  return takers[kind]()
}

/** Whether a value has the form of such an id. */
export function isId(kind: IdKind, value: unknown): value is string {
  return typeof value === 'string' && value.length === lengthOf(kind) && value.startsWith(`${kind}_`)
}

function lengthOf(kind: IdKind): number {
  return kind.length + 1 + RANDOM_LENGTH
}

const RANDOM_LENGTH = 22
/** 33 bytes are 44 letters of Base64, which are two ids. */
const POOL_BYTES = 33 * 64
const takers: Readonly<Record<IdKind, () => string>> = {
  run: createTaker('run'),
  apr: createTaker('apr'),
  evt: createTaker('evt'),
  req: createTaker('req'),
  ask: createTaker('ask'),
}

/**
 * Asks the system for random bytes many ids at a time, for asking costs ten times what an id does. Ids are cut from one text: put together
 * one by one, each would be two objects more for as long as it is kept.
 */
function createTaker(kind: IdKind): () => string {
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
