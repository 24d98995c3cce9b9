/** What nodes tell each other of requests and runs. Hosts neither publish nor read these: see `sealed-events.ts`. */

import type { HostEvent } from '../../adapters/events.js'
import { isJsonObject, isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'

interface Addressed {
  readonly workspaceId: string
  readonly memberId: string
}

export type RuntimeEvent = Addressed &
  (
    | {
        /** A run that its caller follows as a task has moved; the caller has come back for it; the caller wants it stopped. */
        readonly type: 'run_changed' | 'run_joined' | 'run_cancelled'
        readonly runId: string
      }
    | {
        /** The caller cancels a request of its session. */
        readonly type: 'request_cancelled'
        /** A digest of the session's id. */
        readonly session: string
        readonly requestId: string | number
      }
    | {
        /** A client's answer to a request that any node may be waiting with. */
        readonly type: 'client_answered'
        readonly requestId: string
        /** Empty for an error in place of an answer. */
        readonly response: JsonObject
      }
  )

const TYPES: ReadonlySet<string> = new Set([
  'run_changed',
  'run_joined',
  'run_cancelled',
  'request_cancelled',
  'client_answered',
] satisfies readonly RuntimeEvent['type'][])

export function isRuntimeEvent(event: HeardEvent): event is RuntimeEvent {
  return TYPES.has(event.type)
}

/** What listeners of this process hear. */
export type HeardEvent = HostEvent | RuntimeEvent

/** `null` for what is no such event, as one of a kind that only a newer version knows. */
export function readRuntimeEvent(value: unknown): RuntimeEvent | null {
  if (!isRecord(value)) return null
  const { type, workspaceId, memberId, runId, requestId, session, response } = value
  if (typeof workspaceId !== 'string' || typeof memberId !== 'string') return null
  const address = { workspaceId, memberId }
  switch (type) {
    case 'run_changed':
    case 'run_joined':
    case 'run_cancelled':
      return typeof runId === 'string' ? { type, ...address, runId } : null
    case 'request_cancelled':
      if (typeof session !== 'string') return null
      return typeof requestId === 'string' || typeof requestId === 'number'
        ? { type, ...address, session, requestId }
        : null
    case 'client_answered':
      return typeof requestId === 'string' && isJsonObject(response)
        ? { type, ...address, requestId, response }
        : null
    default:
      return null
  }
}
