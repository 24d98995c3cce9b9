/** The input requests that a tool, prompt or resource can send to the client before it answers. */

import type { JsonObject, JsonValue } from '../foundation/json/json.js'

/**
 * A request for input from the client: an elicitation by form or URL, sampling, or the list of roots. The client must have declared the capability
 * for it. MCP 2026-07-28, basic/patterns/mrtr.
 */
export interface InputRequest {
  /** The MCP method of the request. */
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list'
  /** The params of the MCP method. */
  readonly params: JsonObject
}

/** The client's answer: an elicitation, sampling or roots result. An accepted form has been validated by its schema. */
export type InputResponse = JsonObject

/** Tells the library to ask the client for input and then to call again. Made by `ask()`. */
export interface Ask {
  /** Distinguishes it from a result. */
  readonly kind: 'ask'
  /** The requests, by keys that the host chooses. */
  readonly inputRequests: Readonly<Record<string, InputRequest>>
  /** Data that comes back with the answers. It is encrypted when the client carries it. At most 16 KiB as JSON. */
  readonly state: JsonValue
}

/** What a call after an ask gets. In the first call both are `null`. */
export interface Answered {
  /** The client's answers, by the keys of the ask. `null`: nothing was asked yet. */
  readonly answers: Readonly<Record<string, InputResponse>> | null
  /** The `state` of the ask. `null`: nothing was asked yet. */
  readonly state: JsonValue
}
