/** The adapter that looks up the members of a workspace. */

import type { Member, OAuthSubject } from './principal.js'

/**
 * Looks up the members of a workspace. If a method rejects, the request is answered with 503. `Extra`: the type of `extra` of a member, see
 * `Member`.
 *
 * @example
 * const members: MembersAdapter = {
 *   findById: ({ workspaceId, memberId }) => db.find<Member>('members', { workspaceId, id: memberId }),
 *   findByEmail: ({ workspaceId, email }) => db.find<Member>('members', { workspaceId, email: email.toLowerCase() }),
 *   // Only with the option oauth:
 *   findBySubject: ({ workspaceId, issuer, subject, kind }) => db.find<Member>('members', { workspaceId, issuer, subject, kind }),
 * }
 */
export interface MembersAdapter<Extra = unknown> {
  /**
   * Finds the member with exactly this id in this workspace, also if inactive. `null`: there is none. If it rejects, the request is answered with
   * 503.
   */
  findById(query: { readonly workspaceId: string; readonly memberId: string }): Promise<Member<Extra> | null>
  /** Finds the member with this e-mail address in this workspace, ignoring case, also if inactive. `null`: there is none. */
  findByEmail(query: { readonly workspaceId: string; readonly email: string }): Promise<Member<Extra> | null>
  /**
   * Finds the member of this workspace that belongs to exactly this issuer and subject, also if inactive. `null`: there is none. Never by an
   * e-mail address in the claims: at many authorization servers people can choose theirs. For `kind: 'client'` only a service member. Required
   * with the option `oauth`.
   */
  findBySubject?(query: { readonly workspaceId: string } & OAuthSubject): Promise<Member<Extra> | null>
}
