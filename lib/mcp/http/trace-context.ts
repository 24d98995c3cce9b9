/** Reads the W3C trace context from headers or `_meta`. Invalid values are dropped. https://www.w3.org/TR/trace-context/ */

import type { TraceContext } from '../../adapters/principal.js'
import { trimmed } from './single-value.js'

/** Version, trace, parent and flags. Version ff and ids of zeros are invalid: sections 3.2.2.1 to 3.2.2.4. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const MAX_STATE_LENGTH = 512
const MAX_MEMBERS = 32
/** Section 3.3.1.3.1: a simple key, or a key of a tenant with its system. */
const KEY = /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/
/** Section 3.3.1.3.2: printable ASCII without comma and equals sign, not ending with a space. */
const VALUE = /^[ -+\x2d-<>-~]{0,255}[!-+\x2d-<>-~]$/

/** `null` without a valid `traceparent`: a `tracestate` alone has no meaning. */
export function traceContextOf({
  traceparent,
  tracestate,
}: Readonly<Record<'traceparent' | 'tracestate', unknown>>): TraceContext | null {
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return null
  if (typeof tracestate !== 'string') return { traceparent }
  const state = trimmed(tracestate)
  return isTracestate(state) ? { traceparent, tracestate: state } : { traceparent }
}

/** A list of members with different keys. Members may be empty: section 3.3.1. */
function isTracestate(state: string): boolean {
  if (state === '' || state.length > MAX_STATE_LENGTH) return false
  const members = state.split(',').map(trimmed)
  const filled = members.filter((member) => member !== '')
  const keys = new Set(filled.map(keyOf))
  return members.length <= MAX_MEMBERS && !keys.has(null) && keys.size === filled.length && keys.size > 0
}

function keyOf(member: string): string | null {
  const at = member.indexOf('=')
  const key = member.slice(0, Math.max(at, 0))
  return KEY.test(key) && VALUE.test(member.slice(at + 1)) ? key : null
}
