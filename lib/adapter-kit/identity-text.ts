/** What a store keeps of members and API keys: ids, addresses, roles and grants as they are or not at all; names cleaned. */

import type { ApiKeyRecord } from '../adapters/api-keys.js'
import type { Member } from '../adapters/principal.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName } from '../foundation/text/text.js'
import { assertStorableTexts, storableTime, withoutOuterBlanks } from './storable.js'

const MAX_NAME_LENGTH = 200

/**
 * The member as a store keeps it: the e-mail address without blanks around it, `name` as one line of at most 200 characters; `null` members left
 * out. Throws a TypeError for an id, an address or a role with a NUL or half a character.
 *
 * @example
 * await db.insert('members', storableMember({ id, workspaceId, email, active: true }))
 */
export function storableMember<Extra>(given: Member<Extra>): Member<Extra> {
  const member = withoutNulls(given)
  const { id, workspaceId, email, name, roles = [] } = member
  assertStorableTexts({ 'the member id': id, 'the workspace id': workspaceId, 'the e-mail address': email })
  assertAll('a role', roles)
  return {
    ...member,
    email: withoutOuterBlanks(email),
    ...(name === undefined ? {} : { name: cleanName(name, MAX_NAME_LENGTH) }),
  }
}

type KeyFacts = Pick<ApiKeyRecord, 'workspaceId' | 'scopes' | 'members'> &
  Partial<Pick<ApiKeyRecord, 'id' | 'name' | 'expiresAt' | 'revokedAt'>>

/**
 * The key as a store keeps it: `name` as one line of at most 200 characters. Throws a TypeError for an id, a scope or a member id with a NUL or
 * half a character, and for a time outside of the years 1 to 9999.
 *
 * @example
 * await db.insert('api_keys', storableKey({ workspaceId, name, scopes: ['memory:read'], members: 'any' }))
 */
export function storableKey<K extends KeyFacts>(key: K): K {
  const { id, workspaceId, name, scopes, members, expiresAt, revokedAt } = key
  assertStorableTexts({ 'the key id': id, 'the workspace id': workspaceId })
  assertAll('a scope', scopes)
  if (members !== 'any') assertAll('a member id', members)
  if (expiresAt !== undefined && expiresAt !== null) storableTime('expiresAt', expiresAt)
  if (revokedAt !== undefined && revokedAt !== null) storableTime('revokedAt', revokedAt)
  return name === undefined ? key : { ...key, name: cleanName(name, MAX_NAME_LENGTH) }
}

function assertAll(name: string, texts: readonly string[]): void {
  for (const text of texts) assertStorableTexts({ [name]: text })
}
