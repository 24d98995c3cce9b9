/** The headers that say who calls, under the names that the host gave them. What follows from the names is worked out once for a router. */

import { isUtf8 } from 'node:buffer'
import { memberRefusal } from '../../control-plane/request/member-refusal.js'
import type { MemberSelector } from '../../control-plane/request/stages.js'
import type { Brand } from '../../control-plane/runtime/brand.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { type Head, identityValue } from './headers.js'

export interface IdentityHeaders {
  /** In lower case, as Node gives headers. */
  readonly id: string
  readonly email: string
  /** How the repeat of an identity header is refused. */
  readonly refusals: ReadonlyMap<string, () => AllvError>
  readonly lengths: ReadonlySet<number>
  /** As they are written in `Access-Control-Allow-Headers`. */
  readonly forPreflight: readonly string[]
  /** `Vary`: what every answer depends on. A cache in between must not give one member's to another. */
  readonly vary: string
}

export function createIdentityHeaders(brand: Brand): IdentityHeaders {
  const { id, email } = brand.memberHeaders
  const twoKeys = () => new AllvError('CREDENTIALS_AMBIGUOUS')
  const twoMembers = () => memberRefusal(brand, 'MEMBER_AMBIGUOUS')
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

/** Node keeps the first or joins repeated headers; a proxy may see the other one. So a repeated identity header is refused. */
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

export function readSelector(names: IdentityHeaders, { headers }: Head): MemberSelector {
  const id = identityValue(headers[names.id])
  const email = identityValue(headers[names.email])
  return {
    ...(id === undefined ? {} : { id: fromWire(id) }),
    ...(email === undefined ? {} : { email: fromWire(email) }),
  }
}

const ASCII = /^[ -~]*$/

/** Node reads header bytes as Latin-1. Most programs send text beyond ASCII in UTF-8, those with `fetch` can only send Latin-1. */
function fromWire(value: string): string {
  if (ASCII.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}

/** `x-api-key` as `X-Api-Key`, for people who read it. */
function withCapitals(name: string): string {
  return name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
