/** Prepares the identities of members at authorization servers for a store. */

import type { OAuthSubject } from '../adapters/principal.js'
import { digestJson } from '../foundation/crypto/digest.js'
import { assertStorableTexts } from './storable.js'

/** A person or client of an authorization server, and the member of a workspace that it is. */
export interface MemberIdentity {
  /** The workspace of the member. */
  readonly workspaceId: string
  /** The issuer identifier of the server, exactly as it writes itself. */
  readonly issuer: string
  /** The `sub` of its tokens. */
  readonly subject: string
  /** The member. */
  readonly memberId: string
  /** `user`: a person. `client`: a client without a person, for a service member. Default `user`. */
  readonly kind?: OAuthSubject['kind']
}

/** Which identity is asked for. */
export type IdentityQuery = Omit<MemberIdentity, 'memberId'>

/**
 * The key of an identity within its workspace, 64 hex digits. Texts that differ in any byte have different keys, and a client never has the key of a
 * person.
 *
 * @example
 * const find = ({ workspaceId, issuer, subject, kind }: { readonly workspaceId: string } & OAuthSubject) =>
 *   db.find<Member>('members', { workspaceId, identity: identityDigest({ issuer, subject, kind }) })
 */
export function identityDigest({
  issuer,
  subject,
  kind = 'user',
}: Omit<IdentityQuery, 'workspaceId'>): string {
  return digestJson([kind, issuer, subject])
}

/**
 * Throws a TypeError for an identity that stores cannot keep: an empty text, a NUL, a lone surrogate, or another kind.
 *
 * @example
 * const link = (identity: MemberIdentity) => {
 *   assertStorableIdentity(identity)
 *   return db.find<Member>('members', { id: identity.memberId })
 * }
 */
export function assertStorableIdentity({
  workspaceId,
  issuer,
  subject,
  memberId,
  kind = 'user',
}: MemberIdentity): void {
  assertStorableTexts({
    'the workspace id': workspaceId,
    'the issuer': issuer,
    'the subject': subject,
    'the member id': memberId,
  })
  if (issuer === '' || subject === '')
    throw new TypeError('the issuer and the subject of an identity must not be empty')
  if (kind !== 'user' && kind !== 'client')
    throw new TypeError('the kind of an identity must be "user" or "client"')
}
