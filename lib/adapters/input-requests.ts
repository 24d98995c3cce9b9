/** Questions that a tool, prompt or resource may put to the client before it answers. */

import type { JsonObject, JsonValue } from '../foundation/json/json.js'

/** A request that the client must have declared: a form or URL elicitation, a sampling, or its roots. MCP 2026-07-28, basic/patterns/mrtr. */
export interface InputRequest {
  /** Which kind of request. */
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list'
  /** Its params, as MCP has them. */
  readonly params: JsonObject
}

/** What the client answered: an elicitation, sampling or roots result. Accepted forms have been checked against their schema. */
export type InputResponse = JsonObject

/** "Ask the client, then run me again." Made by `ask()`. */
export interface Ask {
  /** Tells it from a result. */
  readonly kind: 'ask'
  /** By keys of the host's own, unique in this ask. */
  readonly inputRequests: Readonly<Record<string, InputRequest>>
  /** Handed back with the answers. Sealed while it travels, at most 16 KiB as JSON. */
  readonly state: JsonValue
}

/** What a second round is given; `null` for both in the first. */
export interface Answered {
  /** What the client answered, by the keys of the ask. `null`: nothing was asked yet. */
  readonly answers: Readonly<Record<string, InputResponse>> | null
  /** The `state` of the ask. `null`: nothing was asked yet. */
  readonly state: JsonValue
}
