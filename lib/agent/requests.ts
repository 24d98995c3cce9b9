/** Reads what a host asks an agent with. A mistake is the host's own, so it is a TypeError. */

import type { MemberSelector } from '../control-plane/request/stages.js'
import { isRecord } from '../foundation/json/guards.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { isStorableText } from '../foundation/text/text.js'

const OPTIONS = {
  withApiKey: ['workspaceId', 'apiKey', 'member'],
  withAccessToken: ['workspaceId', 'accessToken'],
  asMember: ['workspaceId', 'memberId', 'via', 'scopes'],
  callTool: ['idempotencyKey', 'onProgress', 'onInput', 'signal'],
  listMemory: ['cursor'],
  waitForApproval: ['timeoutMs', 'signal'],
} as const

/** How the methods with optional options are called. */
const SHAPES = {
  callTool: '(name, args, { idempotencyKey?, onProgress?, onInput?, signal? })',
  listMemory: '({ cursor? })',
  waitForApproval: '(id, { timeoutMs?, signal? })',
} as const

/** A misspelt `scopes` would give all scopes, so no option is passed over. */
export function assertRequest(request: unknown, what: keyof typeof OPTIONS, shape: string): void {
  if (!isRecord(request)) throw new TypeError(`${what} needs an object: ${what}${shape}`)
  const options: readonly string[] = OPTIONS[what]
  for (const key of Object.keys(request)) {
    if (!options.includes(key))
      throw new TypeError(`unknown option "${key}" of ${what}; the options are ${options.join(', ')}`)
  }
}

/** The options of a method, or none. What is `null` is not given. A misspelt `idempotencyKey` would run a call twice. */
export function readOptions<T extends object>(
  given: T | null | undefined,
  what: keyof typeof SHAPES,
): Partial<T> {
  if (given === undefined || given === null) return {}
  assertRequest(given, what, SHAPES[what])
  return withoutNulls(given)
}

/** Checks an id that the host passes. A missing one would be looked up in a store, and be reported as an outage of it. */
export function assertText(
  value: unknown,
  what: 'withApiKey' | 'withAccessToken' | 'asMember',
  name: 'workspaceId' | 'memberId',
): void {
  const whose = name === 'workspaceId' ? 'a workspace' : 'a member'
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${what} needs ${name}: the id of ${whose}, a text that is not empty`)
}

/** The member whom `withApiKey` names. What is `null` is not given. */
export function readSelector(member: unknown): MemberSelector {
  if (member === undefined || member === null) return {}
  if (!isRecord(member)) throw noSelector()
  const { id, email } = member
  return { ...part('id', id), ...part('email', email) }
}

function part(name: 'id' | 'email', value: unknown): MemberSelector {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'string') throw noSelector()
  return { [name]: value }
}

function noSelector(): TypeError {
  return new TypeError('member of withApiKey must be an object with id, email or both as texts')
}

/** Checks the name of the integration that authenticated the member. */
export function assertVia(via: unknown): void {
  if (typeof via !== 'string' || via === '' || !isStorableText(via))
    throw new TypeError(
      'asMember needs via: the name of the integration that authenticated the member, a text that can be stored',
    )
}

/** The scopes of `asMember`, all by default. `null` is refused: an empty column of a database must not give all scopes. */
export function readScopes(scopes: unknown = ['*']): readonly string[] {
  if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')) return [...scopes]
  throw new TypeError('scopes of asMember must be a list of texts; leave it out for all scopes')
}
