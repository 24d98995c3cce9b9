/** Makes one measurement: warm-up, then load, with the processor time and memory of the server. */

import type { Waits } from './load/job.js'
import type { Load, Server } from './processes.js'
import { type Piece, pathOf, requestsOf, type Workload } from './workload.js'

export interface Measured {
  /** Responses per second. */
  readonly rate: number
  /** Processor time of the server per response, in microseconds. */
  readonly cpu: number
  readonly median: number
  readonly p99: number
  readonly seconds: readonly Waits[]
}

export interface Conditions {
  readonly connections: number
  readonly warmMs: number
  readonly ms: number
  readonly pathFor?: (piece: Piece) => string
  readonly rate?: number
  /** The Bearer value of a member's requests. Default: the key. */
  readonly credentialOf?: (member: number) => string
}

const MOST_ANSWERS = 1_000_000

export async function measure(
  load: Load,
  server: Server,
  workload: Workload,
  { connections, warmMs, ms, pathFor = pathOf, rate, credentialOf }: Conditions,
): Promise<Measured> {
  const job = {
    port: server.port,
    requests: requestsOf(workload, pathFor, credentialOf),
    connections,
    most: MOST_ANSWERS,
    rate: rate ?? null,
  }
  await load.run({ ...job, ms: warmMs })
  const before = await server.usage()
  const found = await load.run({ ...job, ms })
  const after = await server.usage()
  if (found.failures > 0 || found.answers === 0)
    throw new Error(
      `${found.failures} of ${found.answers} answers to ${JSON.stringify(workload)} are no result: ${found.firstFailure}`,
    )
  return {
    rate: (found.answers / found.ms) * 1000,
    cpu: (after.cpu - before.cpu) / found.answers,
    median: found.median,
    p99: found.p99,
    seconds: found.seconds,
  }
}
