/** Removes members that are `null`. Some languages write `null` for an absent member, which JSON-RPC and MCP do not allow in these places. */

import { isRecord } from '../../foundation/json/guards.js'

/** The members of `_meta` for which MCP defines a type. */
export const FORMED = ['progressToken', 'io.modelcontextprotocol/related-task'] as const

/** A message without `null` as `params`, `result`, `error`, `_meta` or a typed member of `_meta`. An id of `null` stays. */
export function withoutNulls(message: unknown): unknown {
  if (!isRecord(message)) return message
  const whole = without(message, ['params', 'result', 'error'])
  const { params } = whole
  if (!isRecord(params)) return whole
  const { _meta: meta } = params
  if (meta === null) return { ...whole, params: without(params, ['_meta']) }
  return isRecord(meta) ? { ...whole, params: { ...params, _meta: without(meta, FORMED) } } : whole
}

/** A client's capabilities or info without `null` members at any depth: a capability of `null` is not declared. Arrays keep their length. */
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
