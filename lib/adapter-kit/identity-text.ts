/** Prepares members and API keys for a store: refuses ids, e-mail addresses, roles and scopes that cannot be stored, and cleans names. */

import type { ApiKeyRecord } from '../adapters/api-keys.js'
import type { Member } from '../adapters/principal.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName } from '../foundation/text/text.js'
import { assertKeyShape, assertMemberShape } from './identity-shape.js'
import { assertStorableTexts, storableTime, withoutOuterBlanks } from './storable.js'

const MAX_NAME_LENGTH = 200

/**
 * The member to store: the e-mail address without blanks around it, and `name` as one line of at most 200 characters. Fields that are `null`
 * are left out. Throws a TypeError if a field is missing or of another type, or if an id, the address or a role has a NUL or a lone surrogate.
 *
 * @example
 * await db.insert('members', storableMember({ id: 'mem_ada', workspaceId: 'ws_acme', email: 'ada@acme.test', active: true }))
 */
export function storableMember<Extra>(given: Member<Extra>): Member<Extra> {
  const member = withoutNulls(given)
  assertMemberShape(member)
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
 * The key to store: `name` as one line of at most 200 characters. Throws a TypeError if a field is missing or of another type, if an id, a scope or
 * a member id has a NUL or a lone surrogate, and for a time outside of the years 1 to 9999.
 *
 * @example
 * await db.insert('api_keys', storableKey({ workspaceId: 'ws_acme', name: 'Cursor', scopes: ['memory:read'], members: 'any' }))
 */
export function storableKey<K extends KeyFacts>(key: K): K {
  assertKeyShape(key)
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
