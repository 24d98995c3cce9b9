/** Whether a listed key still works. */

import type { ApiKeyInfo } from '../../postgres/api-keys.js'
import { shownTime } from '../kit/table.js'

/** `ending`: it works until a time that is set, as after a rotation with an overlap. */
export type KeyState = 'active' | 'ending' | 'revoked' | 'expired'

/** @param now by the clock of the database */
export function stateOf({ revokedAt, expiresAt }: ApiKeyInfo, now: Date): KeyState {
  if (revokedAt !== null && revokedAt <= now) return 'revoked'
  if (expiresAt !== null && expiresAt <= now) return 'expired'
  return revokedAt === null ? 'active' : 'ending'
}

/** For people: the state, and when it changed or will change. */
export function shownState(key: ApiKeyInfo, now: Date): string {
  const state = stateOf(key, now)
  const { revokedAt, expiresAt } = key
  if (state === 'revoked' && revokedAt !== null) return `revoked ${shownTime(revokedAt)}`
  if (state === 'expired' && expiresAt !== null) return `expired ${shownTime(expiresAt)}`
  if (state === 'ending' && revokedAt !== null) return `ends ${shownTime(revokedAt)}`
  return state
}
