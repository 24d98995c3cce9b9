/** Events that nodes send each other about requests and runs. They are sealed, so hosts neither publish nor read them. */

import type { HostEvent } from '../../adapters/events.js'
import { isJsonObject, isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'

interface Addressed {
  readonly workspaceId: string
  readonly memberId: string
}

/** An event of the library, for one member. */
export type RuntimeEvent = Addressed &
  (
    | {
        /** `run_changed`: a task has a new state. `run_joined`: the client sent the call again. `run_cancelled`: the client cancels it. */
        readonly type: 'run_changed' | 'run_joined' | 'run_cancelled'
        /** The run. */
        readonly runId: string
      }
    | {
        /** The client cancels a request of its session. */
        readonly type: 'request_cancelled'
        /** A digest of the session's id. */
        readonly session: string
        /** JSON-RPC id of the request. */
        readonly requestId: string | number
      }
    | {
        /** The client answered a request of the server. Any node may wait for it. */
        readonly type: 'client_answered'
        /** JSON-RPC id of that request. */
        readonly requestId: string
        /** The result; empty when the client sent an error. */
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

/** Distinguishes an event of the library from one of the host. */
export function isRuntimeEvent(event: HeardEvent): event is RuntimeEvent {
  return TYPES.has(event.type)
}

/** The events that listeners receive. */
export type HeardEvent = HostEvent | RuntimeEvent

/** Reads an opened event. `null` when this version does not know its kind. */
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
