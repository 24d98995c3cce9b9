/** Resolves the members of a workspace. */

import type { Member } from './principal.js'

/**
 * Promise: exact match within the workspace only; e-mail addresses compare case-insensitively. Inactive members are
 * returned with `active: false`. `null`: no such member in this workspace.
 */
export interface MembersAdapter {
  findById(query: { readonly workspaceId: string; readonly memberId: string }): Promise<Member | null>
  findByEmail(query: { readonly workspaceId: string; readonly email: string }): Promise<Member | null>
}
