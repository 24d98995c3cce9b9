/** The headers that say who the caller is, under the names that the host gave them. A router computes what depends on the names once. */

import { isUtf8 } from 'node:buffer'
import { callerRefusal } from '../../control-plane/request/caller-refusal.js'
import type { MemberSelector } from '../../control-plane/request/stages.js'
import type { Brand } from '../../control-plane/runtime/brand.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { type Head, identityValue } from './headers.js'

/** The names of the identity headers of one router. */
export interface IdentityHeaders {
  /** The header with the id of the member, in lower case. */
  readonly id: string
  /** The header with the email address of the member, in lower case. */
  readonly email: string
  /** By the name of each identity header: the error if it is repeated. */
  readonly refusals: ReadonlyMap<string, () => AllvError>
  /** The lengths of those names. A header of another length is not looked up. */
  readonly lengths: ReadonlySet<number>
  /** The two member headers as they are written in `Access-Control-Allow-Headers`. */
  readonly forPreflight: readonly string[]
  /** `Vary` of every response: a cache must not give one member's response to another member. */
  readonly vary: string
}

/** The names for a brand. */
export function createIdentityHeaders(brand: Brand): IdentityHeaders {
  const { id, email } = brand.memberHeaders
  const twoKeys = () => new AllvError('CREDENTIALS_AMBIGUOUS')
  const twoMembers = () => callerRefusal('MEMBER_AMBIGUOUS', { face: 'mcp', brand })
  const refusals = new Map([
    ['authorization', twoKeys],
    ['x-api-key', twoKeys],
    [id, twoMembers],
    [email, twoMembers],
  ])
  const forPreflight = [id, email].map(withCapitals)
  return Object.freeze({
    id,
    email,
    refusals,
    lengths: new Set([...refusals.keys()].map(({ length }) => length)),
    forPreflight,
    vary: ['Authorization', 'X-Api-Key', ...forPreflight, 'Origin'].join(', '),
  })
}

/** Refuses a repeated identity header. Node keeps the first or joins them, and a proxy may have checked another one. */
export function assertNoRepeats({ refusals, lengths }: IdentityHeaders, { rawHeaders }: Head): void {
  const seen: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i] ?? ''
    if (!lengths.has(given.length)) continue
    const name = given.toLowerCase()
    const refusal = refusals.get(name)
    if (refusal === undefined) continue
    if (seen.includes(name)) throw refusal()
    seen.push(name)
  }
}

/** The member that the headers name, by id, by email or by both. */
export function readSelector(names: IdentityHeaders, { headers }: Head): MemberSelector {
  const id = identityValue(headers[names.id])
  const email = identityValue(headers[names.email])
  return {
    ...(id === undefined ? {} : { id: fromWire(id) }),
    ...(email === undefined ? {} : { email: fromWire(email) }),
  }
}

const ASCII = /^[ -~]*$/

/** Node decodes header bytes as Latin-1. Most clients send non-ASCII text as UTF-8; `fetch` can only send Latin-1. */
function fromWire(value: string): string {
  if (ASCII.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}

/** `x-api-key` as `X-Api-Key`, for people who read it. */
function withCapitals(name: string): string {
  return name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
