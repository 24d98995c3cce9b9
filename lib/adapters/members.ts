/** Resolves the members of a workspace. */

import type { Member } from './principal.js'

/**
 * Looks up the members of a workspace. A rejection means an outage and is answered 503. `Extra`: the type of `extra` of a member, see
 * `Member`.
 */
export interface MembersAdapter<Extra = unknown> {
  /**
   * The member with exactly this id in this workspace, inactive ones included. `null`: there is none. A rejection is an outage, answered
   * 503.
   */
  findById(query: { readonly workspaceId: string; readonly memberId: string }): Promise<Member<Extra> | null>
  /** The member with this email address in this workspace, upper and lower case alike, inactive ones included. `null`: there is none. */
  findByEmail(query: { readonly workspaceId: string; readonly email: string }): Promise<Member<Extra> | null>
}
