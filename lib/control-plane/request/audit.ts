/** Writes audit events. Each names the credential, the member and the request, as far as they are known. */

import type { AuditEvent } from '../../adapters/audit.js'
import { newId } from '../../foundation/crypto/api-key.js'
import { cleanName } from '../../foundation/text/text.js'
import { callAdapter, notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Reached } from './stages.js'

/** The members of an audit event that its operation supplies. */
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
      | 'reason'
      | 'decidedBy'
      | 'channel'
      | 'hears'
    >
  >

/** Resolves when the event is durable, rejects with RUN_LOG_UNAVAILABLE when it is not. For intents, which must not be lost. */
export function auditOrFail(runtime: Runtime, reached: Reached, facts: AuditFacts): Promise<void> {
  return append(callAdapter, runtime, reached, facts)
}

/** Like `auditOrFail`, but never rejects. For what has already happened. `onError` receives a failure. */
export function auditFact(runtime: Runtime, reached: Reached, facts: AuditFacts): Promise<void> {
  return append(notifyAdapter, runtime, reached, facts)
}

function append(
  call: typeof callAdapter<void> | typeof notifyAdapter,
  runtime: Runtime,
  reached: Reached,
  facts: AuditFacts,
): Promise<void> {
  const { audit } = runtime.config.adapters
  if (audit === undefined) return Promise.resolve()
  const act = () => audit.append([toEvent(reached, facts)])
  return call(runtime, reached.received.correlationId, act, 'RUN_LOG_UNAVAILABLE')
}

function toEvent(reached: Reached, facts: AuditFacts): AuditEvent {
  const { received, principal = null, context } = reached
  const { face, era, client, correlationId } = received
  const event: Draft = {
    id: newId('evt'),
    at: new Date(),
    workspaceId: principal?.workspaceId ?? null,
    memberId: context?.member.id ?? null,
    credentialId: principal?.credential.id ?? null,
    credentialKind: principal?.credential.kind ?? null,
    face,
    era,
    client,
    correlationId,
    ...facts,
  }
  if (principal === null) event.claimedWorkspaceId = received.claimedWorkspaceId
  return withCleanTexts(event)
}

type Draft = { -readonly [K in keyof AuditEvent]: AuditEvent[K] }

/** Texts that callers choose, and how many UTF-16 units of each are stored. */
const FILLED_BY_CALLERS = [
  ['claimedWorkspaceId', 200],
  ['tool', 128],
  ['memoryKey', 512],
  ['resourceUri', 2048],
  ['prompt', 128],
  ['decidedBy', 2048],
] as const satisfies readonly (readonly [keyof AuditEvent, number])[]

function withCleanTexts(event: Draft): AuditEvent {
  for (const [name, most] of FILLED_BY_CALLERS) {
    const text = event[name]
    if (text !== undefined) event[name] = cleanName(text, most)
  }
  return event
}
