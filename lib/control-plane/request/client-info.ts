/** Adds what only the body of a request contains: the era, the client info and the trace. No decision depends on it. */

import type { ClientInfo, TraceContext } from '../../adapters/principal.js'
import type { Admitted, Received } from './stages.js'

/** What the body of a request contains about its client. */
export interface BodyFacts {
  /** The MCP protocol version. */
  readonly era: string
  /** Name and version of the client, as it declares them; `null` when unknown. */
  readonly client: ClientInfo | null
  /** The trace context; `null` keeps that of the HTTP headers. */
  readonly trace: TraceContext | null
}

/** The admitted request with the facts of its body. */
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
    resource: from.resource,
    selector: from.selector,
    client,
    trace,
    closing: from.closing,
    background: from.background,
  }
}
