/** Reads the params of requests. Each function throws INVALID_PARAMS for an invalid value. */

import type { Retry } from '../../control-plane/input/request-state.js'
import { isIdempotencyKey } from '../../control-plane/request/idempotency-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'

/** The params of a request, unchecked. */
export type Params = Readonly<Record<string, unknown>>

/** A required text, which must not be empty. */
export function textParam(params: Params, name: string): string {
  const value = params[name]
  if (typeof value !== 'string' || value === '') throw new AllvError('INVALID_PARAMS')
  return value
}

/** The cursor of a list request; `undefined` for the first page. `null` counts as absent, here and below: some languages write it so. */
export function cursorParam(params: Params): string | undefined {
  const cursor = params['cursor'] ?? undefined
  if (cursor !== undefined && typeof cursor !== 'string') throw new AllvError('INVALID_PARAMS')
  return cursor
}

/** An object of strings, such as the arguments of a prompt. Empty if absent. */
export function textsParam(params: Params, name: string): Readonly<Record<string, string>> {
  const value = params[name] ?? {}
  if (!isRecord(value)) throw new AllvError('INVALID_PARAMS')
  const texts: Record<string, string> = {}
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw new AllvError('INVALID_PARAMS')
    texts[key] = text
  }
  return texts
}

/**
 * The idempotency key: visible ASCII, at most 255 characters; `null` without one. If the header and the member `metaKey` of `_meta` both have
 * one, they must be equal.
 */
export function idempotencyKeyOf(
  { _meta: meta }: Params,
  { header, metaKey }: { readonly header: string | undefined; readonly metaKey: string },
): string | null {
  const key = (isRecord(meta) ? meta[metaKey] : undefined) ?? header
  if (key === undefined) return null
  if (!isIdempotencyKey(key) || (header !== undefined && header !== key))
    throw new AllvError('INVALID_PARAMS')
  return key
}

/**
 * The `requestState` and `inputResponses` of a retry; `null` without a state. Responses without a state are ignored. MCP 2026-07-28,
 * basic/patterns/mrtr.
 */
export function retryOf(params: Params): Retry | null {
  const requestState = params['requestState'] ?? null
  const inputResponses = params['inputResponses'] ?? {}
  if (!isRecord(inputResponses)) throw new AllvError('INVALID_PARAMS')
  if (requestState === null) return null
  if (typeof requestState !== 'string') throw new AllvError('REQUEST_STATE_INVALID')
  return { requestState, inputResponses }
}
