/** What a client has declared that it can be asked. Nothing is inferred: undeclared is unable. */

import type { InputRequest } from '../../adapters/input-requests.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'

/** The part of a client's declared capabilities that decides what it may be asked. */
export type ClientCapabilities = Readonly<Record<string, unknown>>

export const NO_CAPABILITIES: ClientCapabilities = Object.freeze({})

/** A caller in process answers by a function, whatever is asked. */
export const ALL_CAPABILITIES: ClientCapabilities = Object.freeze({
  elicitation: { form: {}, url: {} },
  sampling: {},
  roots: {},
})

/** The extension by which a client takes a handle in place of a result, and polls it. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** How a caller can wait for a person, besides repeating the call. */
export interface WaitCapabilities {
  /** It takes a task. */
  readonly task: boolean
  /** It shows a form: as questions in place of a result, or within the call. */
  readonly form: 'round' | 'call' | 'none'
  /** It shows an address: as questions in place of a result, or as an error after which it repeats the call. */
  readonly url: 'round' | 'error' | 'none'
}

export const REPEAT_ONLY: WaitCapabilities = Object.freeze({ task: false, form: 'none', url: 'none' })

/** Whether this very request declared the tasks extension: nothing is inferred from earlier ones. */
export function declaresTasks({ extensions }: ClientCapabilities): boolean {
  return isRecord(extensions) && isRecord(extensions[TASKS_EXTENSION])
}

/** What a client would have to declare to be given a task. */
export const TASKS_REQUIRED: JsonObject = Object.freeze({
  requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
})

/** MCP 2025-11-25 and 2026-07-28, client/elicitation, Capabilities: an empty `elicitation` means forms only. */
export function elicitationModes({ elicitation }: ClientCapabilities): {
  readonly form: boolean
  readonly url: boolean
} {
  if (!isRecord(elicitation)) return { form: false, url: false }
  const url = isRecord(elicitation['url'])
  return { form: isRecord(elicitation['form']) || !url, url }
}

export function supportsInputRequest(
  capabilities: ClientCapabilities,
  { method, params }: InputRequest,
): boolean {
  switch (method) {
    case 'roots/list':
      return isRecord(capabilities['roots'])
    case 'sampling/createMessage':
      return isRecord(capabilities['sampling'])
    case 'elicitation/create':
      return elicitationModes(capabilities)[params['mode'] === 'url' ? 'url' : 'form']
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
