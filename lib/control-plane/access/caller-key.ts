/** Identifies callers where they are counted or compared. The kind of the credential is part of it: a key and an integration may have the same id. */

import type { Credential, MemberContext } from '../../adapters/principal.js'

/** What identifies a caller. */
export type Caller = Pick<MemberContext, 'workspaceId' | 'credential' | 'member'>

/** A text that is unique for each workspace, credential and member, whatever characters their ids contain. */
export function callerKey({ workspaceId, credential, member }: Caller): string {
  return JSON.stringify([workspaceId, credential.kind, credential.id, member.id])
}

/** A text that is unique for each credential, for requests whose member is not known. */
export function credentialKey({
  workspaceId,
  credential,
}: {
  readonly workspaceId: string
  readonly credential: Credential
}): string {
  return JSON.stringify([workspaceId, credential.kind, credential.id])
}

/** The fields of a sealed token that identify its owner. */
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

/** Whether two requests are of the same caller. */
export function isSameCaller(a: Caller, b: Caller): boolean {
  return (
    a.workspaceId === b.workspaceId &&
    a.credential.kind === b.credential.kind &&
    a.credential.id === b.credential.id &&
    a.member.id === b.member.id
  )
}
