/** Finds the members that a new key may act for, by id or e-mail address. */

import type { Member } from '../../adapters/principal.js'
import type { PostgresMembers } from '../../postgres/members.js'
import { RefusedError } from '../kit/failures.js'
import { shown } from '../kit/table.js'

interface Query {
  readonly workspaceId: string
  /** Ids and addresses. */
  readonly wanted: readonly string[]
}

/** In the order of `wanted`. Throws a RefusedError for one that is not there, or that names two members. */
export function findMembers(
  members: PostgresMembers,
  { workspaceId, wanted }: Query,
): Promise<readonly Member<never>[]> {
  return Promise.all(wanted.map((text) => findMember(members, workspaceId, text)))
}

async function findMember(
  members: PostgresMembers,
  workspaceId: string,
  text: string,
): Promise<Member<never>> {
  const [byId, byEmail] = await Promise.all([
    members.findById({ workspaceId, memberId: text }),
    members.findByEmail({ workspaceId, email: text }),
  ])
  const found = byId ?? byEmail
  if (found === null)
    throw new RefusedError(
      `workspace ${shown(workspaceId)} has no member ${shown(text)}; for members that are kept in a table of your own, give --member-id`,
    )
  if (byId !== null && byEmail !== null && byId.id !== byEmail.id)
    throw new RefusedError(
      `${shown(text)} is the id of one member and the address of another; give --member-id`,
    )
  return found
}
