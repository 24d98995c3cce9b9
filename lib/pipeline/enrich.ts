/** Adds what only the body of a request tells: the era, the client's own words about itself, its trace. None of it decides anything. */

import type { ClientInfo, TraceContext } from '../adapters/principal.js'
import type { Admitted } from './context.js'

export interface Learned {
  readonly era: string
  readonly client: ClientInfo | null
  /** `null`: keep the one of the HTTP headers. */
  readonly trace: TraceContext | null
}

export function enrich(admitted: Admitted, { era, client, trace: given }: Learned): Admitted {
  const trace = given ?? admitted.trace
  return {
    ...admitted,
    era,
    client,
    trace,
    context: Object.freeze({ ...admitted.context, era, client, trace }),
  }
}
