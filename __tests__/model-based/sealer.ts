/**
 * Sealing for histories. What is sealed stays here, and a number travels: real sealing takes longer than a history may. Whether it expires as
 * real sealed state does is tested beside the histories.
 */

import { CLOCK_DRIFT_SECONDS, type Sealer } from '../../lib/foundation/crypto/sealed-token.js'

export interface Vault {
  /** The sealer of one node, by that node's clock. `driftSeconds`: how much the clocks of nodes may differ. */
  sealer(now: () => number, driftSeconds?: number): Sealer
}

interface Kept {
  readonly purpose: string
  readonly state: Readonly<Record<string, string>>
  readonly by: object
  /** By the clock of the node that sealed it. */
  readonly until: number
  /** By the true time. */
  readonly since: number
  readonly ttlMs: number
}

/** `trueNow`: the time from which the clocks of nodes may differ. */
export function createVault(trueNow: () => number, broken: string[] = []): Vault {
  const kept = new Map<string, Kept>()
  return {
    sealer(now, driftSeconds = CLOCK_DRIFT_SECONDS) {
      const by = {}
      const driftMs = driftSeconds * 1000
      return {
        async seal(purpose, state, ttlSeconds) {
          const token = `sealed ${kept.size}`
          const ttlMs = ttlSeconds * 1000
          kept.set(token, { purpose, state, by, until: now() + ttlMs, since: trueNow(), ttlMs })
          return token
        },
        async open(purpose, token) {
          const found = kept.get(token)
          if (found?.purpose !== purpose) return null
          const isOpen = found.until + (found.by === by ? 0 : driftMs) > now()
          const age = trueNow() - found.since
          if (!isOpen && age < found.ttlMs) broken.push('a sealed state is refused before its time')
          return isOpen ? found.state : null
        },
      }
    },
  }
}
