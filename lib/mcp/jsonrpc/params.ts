/** Reads the params of requests: whatever does not have its form is INVALID_PARAMS. */

import type { Retry } from '../../control-plane/input/request-state.js'
import { isIdempotencyKey } from '../../control-plane/request/idempotency-key.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'

export type Params = Readonly<Record<string, unknown>>

export const IDEMPOTENCY_META = 'ai.allv/idempotencyKey'

export function textParam(params: Params, name: string): string {
  const value = params[name]
  if (typeof value !== 'string' || value === '') throw new AllvError('INVALID_PARAMS')
  return value
}

/** `null` counts as absent, here and below: some languages write it for what was not given. */
export function cursorParam(params: Params): string | undefined {
  const cursor = params['cursor'] ?? undefined
  if (cursor !== undefined && typeof cursor !== 'string') throw new AllvError('INVALID_PARAMS')
  return cursor
}

/** An object of strings, such as the arguments of a prompt. */
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

/** Visible ASCII, at most 255 characters; where header and `_meta` both have one, they agree. */
export function idempotencyKeyOf({ _meta: meta }: Params, header: string | undefined): string | null {
  const key = (isRecord(meta) ? meta[IDEMPOTENCY_META] : undefined) ?? header
  if (key === undefined) return null
  if (!isIdempotencyKey(key) || (header !== undefined && header !== key))
    throw new AllvError('INVALID_PARAMS')
  return key
}

/** The sealed state that a request brings back, with its answers. Answers without a state belong to no round, and are ignored. */
export function retryOf(params: Params): Retry | null {
  const requestState = params['requestState'] ?? null
  const inputResponses = params['inputResponses'] ?? {}
  if (!isRecord(inputResponses)) throw new AllvError('INVALID_PARAMS')
  if (requestState === null) return null
  if (typeof requestState !== 'string') throw new AllvError('REQUEST_STATE_INVALID')
  return { requestState, inputResponses }
}
