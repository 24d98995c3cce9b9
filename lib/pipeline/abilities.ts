/** What a client has declared that it can be asked. Nothing is inferred: undeclared is unable. */

import type { InputRequest } from '../adapters/input.js'
import type { JsonObject } from '../adapters/json.js'
import { isRecord } from '../json-guards.js'

/** The part of a client's declared capabilities that decides what it may be asked. */
export type ClientCapabilities = Readonly<Record<string, unknown>>

export const NO_ABILITIES: ClientCapabilities = Object.freeze({})

/** A caller in process answers by a function, whatever is asked. */
export const ALL_ABILITIES: ClientCapabilities = Object.freeze({
  elicitation: { form: {}, url: {} },
  sampling: {},
  roots: {},
})

/** MCP 2025-11-25 and 2026-07-28, client/elicitation, Capabilities: an empty `elicitation` means forms only. */
export function canAnswer(capabilities: ClientCapabilities, { method, params }: InputRequest): boolean {
  switch (method) {
    case 'roots/list':
      return isRecord(capabilities['roots'])
    case 'sampling/createMessage':
      return isRecord(capabilities['sampling'])
    case 'elicitation/create': {
      const { elicitation } = capabilities
      if (!isRecord(elicitation)) return false
      if (params['mode'] === 'url') return isRecord(elicitation['url'])
      return isRecord(elicitation['form']) || !isRecord(elicitation['url'])
    }
  }
}

/** The capabilities that these requests need, in the shape in which a client declares them. */
export function requiredCapabilities(requests: readonly InputRequest[]): JsonObject {
  const needed: Record<string, JsonObject> = {}
  for (const { method, params } of requests) {
    if (method === 'roots/list') needed['roots'] = {}
    else if (method === 'sampling/createMessage') needed['sampling'] = {}
    else needed['elicitation'] = { ...needed['elicitation'], [params['mode'] === 'url' ? 'url' : 'form']: {} }
  }
  return needed
}
