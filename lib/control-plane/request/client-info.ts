/** Adds what only the body of a request tells: the era, the client's own words about itself, its trace. None of it decides anything. */

import type { ClientInfo, TraceContext } from '../../adapters/principal.js'
import type { Admitted, Received } from './stages.js'

export interface BodyFacts {
  readonly era: string
  readonly client: ClientInfo | null
  /** `null`: keep the one of the HTTP headers. */
  readonly trace: TraceContext | null
}

export function withClientInfo(admitted: Admitted, { era, client, trace: given }: BodyFacts): Admitted {
  const { principal, feature, rate } = admitted
  const { workspaceId, member, credential, face, correlationId } = admitted.context
  const trace = given ?? admitted.context.trace
  const received = receivedWith(admitted.received, { era, client, trace })
  const context = Object.freeze({ workspaceId, member, credential, face, era, client, trace, correlationId })
  return { received, principal, feature, context, rate }
}

function receivedWith(from: Received, { era, client, trace }: BodyFacts): Received {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client,
    trace,
    closing: from.closing,
    background: from.background,
  }
}
