/** Opens a TCP connection to one address, and closes it. */

import { connect } from 'node:net'
import type { Address } from './addresses.js'
import { type ProbeFailure, timedOut, toProbeFailure } from './probe-failure.js'

/** Whether an address takes connections. */
export interface Connection extends Address {
  /** Milliseconds until it was open or had failed. */
  readonly ms: number
  /** `null` if the connection opened. */
  readonly failure: ProbeFailure | null
}

interface Limits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Never rejects. */
export function tryConnect(
  { address, family }: Address,
  port: number,
  { timeoutMs, signal }: Limits,
): Promise<Connection> {
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, family, signal })
    const timer = setTimeout(() => end(timedOut(timeoutMs)), timeoutMs)
    function end(failure: ProbeFailure | null): void {
      clearTimeout(timer)
      socket.destroy()
      resolve({ address, family, ms: performance.now() - started, failure })
    }
    socket.once('connect', () => end(null))
    socket.on('error', (error) => end(toProbeFailure(error)))
  })
}
