/** Takes out members that are null: some languages write it for what was not given. JSON-RPC and MCP know only absent members there. */

import { isRecord } from '../../foundation/json/guards.js'

/** The members of `_meta` that have a form of their own. */
export const FORMED = ['progressToken', 'io.modelcontextprotocol/related-task'] as const

/** A message without null `params`, `result`, `error` and `_meta`, and without null in what of `_meta` has a form. An id of null stays. */
export function withoutNulls(message: unknown): unknown {
  if (!isRecord(message)) return message
  const whole = without(message, ['params', 'result', 'error'])
  const { params } = whole
  if (!isRecord(params)) return whole
  const { _meta: meta } = params
  if (meta === null) return { ...whole, params: without(params, ['_meta']) }
  return isRecord(meta) ? { ...whole, params: { ...params, _meta: without(meta, FORMED) } } : whole
}

/** What a client says of itself, at whatever depth: an ability of null is one that it does not have. Lists keep their length. */
export function withoutNullsWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsWithin)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null ? [] : [[name, withoutNullsWithin(member)]],
    ),
  )
}

function without(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => value !== null || !names.includes(name)),
  )
}
