/** Names a caller where callers are counted or compared: by the kind of the credential too, for a key and an integration may be called alike. */

import type { Credential, MemberContext } from '../../adapters/principal.js'

export type Caller = Pick<MemberContext, 'workspaceId' | 'credential' | 'member'>

/** One text for each workspace, credential and member. No two callers share one, whatever characters their ids hold. */
export function callerKey({ workspaceId, credential, member }: Caller): string {
  return JSON.stringify([workspaceId, credential.kind, credential.id, member.id])
}

/** The same of a credential alone, for whom no member has been proved. */
export function credentialKey({
  workspaceId,
  credential,
}: {
  readonly workspaceId: string
  readonly credential: Credential
}): string {
  return JSON.stringify([workspaceId, credential.kind, credential.id])
}

/** What sealed state says of whose it is. */
export function ownerFields({
  workspaceId,
  credential,
  member,
}: MemberContext): Readonly<Record<'workspaceId' | 'credentialKind' | 'credentialId' | 'memberId', string>> {
  return {
    workspaceId,
    credentialKind: credential.kind,
    credentialId: credential.id,
    memberId: member.id,
  }
}

/** Whether two requests are of one caller. */
export function isSameCaller(a: Caller, b: Caller): boolean {
  return (
    a.workspaceId === b.workspaceId &&
    a.credential.kind === b.credential.kind &&
    a.credential.id === b.credential.id &&
    a.member.id === b.member.id
  )
}
