/** Adds what only the body of a request tells: the era, the client's own words about itself, its trace. None of it decides anything. */

import type { ClientInfo, TraceContext } from '../../adapters/principal.js'
import type { Admitted } from './stages.js'

export interface BodyFacts {
  readonly era: string
  readonly client: ClientInfo | null
  /** `null`: keep the one of the HTTP headers. */
  readonly trace: TraceContext | null
}

export function withClientInfo(admitted: Admitted, { era, client, trace: given }: BodyFacts): Admitted {
  const trace = given ?? admitted.trace
  const { workspaceId, member, credential, face, correlationId } = admitted.context
  const context = Object.freeze({ workspaceId, member, credential, face, era, client, trace, correlationId })
  return withContext(admitted, { era, client, trace, context })
}

/** The same proof, with what only the body tells. */
function withContext(
  from: Admitted,
  learned: Pick<Admitted, 'era' | 'client' | 'trace' | 'context'>,
): Admitted {
  return {
    correlationId: from.correlationId,
    face: from.face,
    era: learned.era,
    claimedWorkspaceId: from.claimedWorkspaceId,
    presented: from.presented,
    selector: from.selector,
    client: learned.client,
    trace: learned.trace,
    closing: from.closing,
    background: from.background,
    principal: from.principal,
    gate: from.gate,
    member: from.member,
    context: learned.context,
    limit: from.limit,
  }
}
