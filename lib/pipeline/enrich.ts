/** Adds what only the body of a request tells: the era, the client's own words about itself, its trace. None of it decides anything. */

import type { ClientInfo, TraceContext } from '../adapters/principal.js'
import type { Admitted } from './context.js'
import { withContext } from './proofs.js'

export interface Learned {
  readonly era: string
  readonly client: ClientInfo | null
  /** `null`: keep the one of the HTTP headers. */
  readonly trace: TraceContext | null
}

export function enrich(admitted: Admitted, { era, client, trace: given }: Learned): Admitted {
  const trace = given ?? admitted.trace
  const { workspaceId, member, credential, face, correlationId } = admitted.context
  const context = Object.freeze({ workspaceId, member, credential, face, era, client, trace, correlationId })
  return withContext(admitted, { era, client, trace, context })
}
