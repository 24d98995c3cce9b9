/** Resolves the members of a workspace. */

import type { Member } from './principal.js'

/**
 * Promise: exact match within the workspace only; e-mail addresses compare case-insensitively. Inactive members are
 * returned with `active: false`. `null`: no such member in this workspace.
 * `Extra`: the type of `extra` of a member, see `Member`.
 */
export interface MembersAdapter<Extra = unknown> {
  findById(query: { readonly workspaceId: string; readonly memberId: string }): Promise<Member<Extra> | null>
  findByEmail(query: { readonly workspaceId: string; readonly email: string }): Promise<Member<Extra> | null>
}
