/** Writes audit events that name the credential, the member and the request. */

import type { AuditEvent } from '../adapters/audit.js'
import { newId } from '../identity.js'
import { callAdapter, tellAdapter } from './adapter-call.js'
import type { Authenticated, MemberSelected, Received } from './context.js'
import type { Plane } from './plane.js'

export type AuditFacts = Pick<AuditEvent, 'type'> &
  Partial<
    Pick<
      AuditEvent,
      | 'operation'
      | 'tool'
      | 'runId'
      | 'approvalId'
      | 'argumentsDigest'
      | 'memoryKey'
      | 'resourceUri'
      | 'prompt'
      | 'outcome'
      | 'code'
      | 'decidedBy'
      | 'channel'
    >
  >

/** Resolves when the event is durable; rejects when it is not. For intents, which must not be lost. */
export function auditOrFail(plane: Plane, received: Received, facts: AuditFacts): Promise<void> {
  return append(callAdapter, plane, received, facts)
}

/** Like `auditOrFail`, but never rejects: for what has already happened. `onError` is told of a loss. */
export function auditFact(plane: Plane, received: Received, facts: AuditFacts): Promise<void> {
  return append(tellAdapter, plane, received, facts)
}

function append(
  ask: typeof callAdapter<void> | typeof tellAdapter,
  plane: Plane,
  received: Received,
  facts: AuditFacts,
): Promise<void> {
  const { audit } = plane.config.adapters
  if (audit === undefined) return Promise.resolve()
  const act = () => audit.append([toEvent(received, facts)])
  return ask(plane, received.correlationId, act, 'RUN_LOG_UNAVAILABLE')
}

function toEvent(received: Received, facts: AuditFacts): AuditEvent {
  const principal = isAuthenticated(received) ? received.principal : null
  const event: AuditEvent = {
    id: newId('evt'),
    at: new Date(),
    workspaceId: principal?.workspaceId ?? null,
    memberId: isMemberSelected(received) ? received.member.id : null,
    credentialId: principal?.credential.id ?? null,
    credentialKind: principal?.credential.kind ?? null,
    face: received.face,
    era: received.era,
    client: received.client,
    correlationId: received.correlationId,
    ...facts,
  }
  return principal === null
    ? { ...event, claimedWorkspaceId: received.claimedWorkspaceId.slice(0, 200) }
    : event
}

function isAuthenticated(received: Received): received is Authenticated {
  return 'principal' in received
}

function isMemberSelected(received: Received): received is MemberSelected {
  return 'member' in received
}
