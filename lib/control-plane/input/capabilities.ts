/** Reads the capabilities that a client declares. Nothing is inferred: what is not declared is not supported. */

import type { InputRequest } from '../../adapters/input-requests.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'

/** The capabilities of a client, as it declared them. They decide which input requests it may get. */
export type ClientCapabilities = Readonly<Record<string, unknown>>

/** The capabilities of a client that declared none. */
export const NO_CAPABILITIES: ClientCapabilities = Object.freeze({})

/** The capabilities of a caller of the Agent API, whose function answers all input requests. */
export const ALL_CAPABILITIES: ClientCapabilities = Object.freeze({
  elicitation: { form: {}, url: {} },
  sampling: {},
  roots: {},
})

/** The MCP extension with which a client accepts a task handle instead of a result, and polls it. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

/** How a caller can wait for a decision, besides repeating the call. */
export interface WaitCapabilities {
  /** Whether it accepts a task. */
  readonly task: boolean
  /** How it shows a form: `round` as an input request in place of a result, `call` within the call, `none` not at all. */
  readonly form: 'round' | 'call' | 'none'
  /** How it shows a URL: `round` as an input request in place of a result, `error` after an error, before it repeats the call, `none` not at all. */
  readonly url: 'round' | 'error' | 'none'
}

/** A caller that can only repeat the call. */
export const REPEAT_ONLY: WaitCapabilities = Object.freeze({ task: false, form: 'none', url: 'none' })

/** Whether this request declared the tasks extension. Earlier requests do not count. */
export function declaresTasks({ extensions }: ClientCapabilities): boolean {
  return isRecord(extensions) && isRecord(extensions[TASKS_EXTENSION])
}

/** The capabilities that a client must declare to get a task, as error details. */
export const TASKS_REQUIRED: JsonObject = Object.freeze({
  requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
})

/** The elicitation modes of a client. An empty `elicitation` means forms only. MCP 2025-11-25 and 2026-07-28, client/elicitation, Capabilities. */
export function elicitationModes({ elicitation }: ClientCapabilities): {
  readonly form: boolean
  readonly url: boolean
} {
  if (!isRecord(elicitation)) return { form: false, url: false }
  const url = isRecord(elicitation['url'])
  return { form: isRecord(elicitation['form']) || !url, url }
}

/** Whether the client declared the capability that this input request needs. */
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
