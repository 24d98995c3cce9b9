/**
 * Reads the arguments of a call once, so that the policy, the approver, every digest, the run and the tool see one value. A tool with its own
 * schema library has its reader on `inputSchema`, under a registered symbol: copies of the definition and other copies of the package keep
 * it, and JSON, digests and comparisons do not see it.
 */

import { digestJson } from '../crypto/digest.js'
import type { JsonObject } from './json.js'
import { copyJsonObject } from './json-copy.js'

/** Why arguments do not match the input schema. */
export interface ArgumentProblem {
  /** JSON Pointer of the invalid value; `''` for the whole. RFC 6901. */
  readonly path: string
  /** What is wrong with it, for the model. */
  readonly message: string
}

/** Arguments that were read and do not change any more. */
export interface BoundArguments {
  /** The arguments that are shown, stored and digested. Host code gets a copy: see `hand`. */
  readonly arguments: JsonObject
  /** Differs if the values differ, even if their JSON is the same. */
  readonly argumentsDigest: string
  /**
   * A copy that host code may keep and change. The tool that owns the reader recognises this object and does not parse it again. Throws a
   * TypeError if the schema parses the arguments to another value this time.
   */
  hand(): JsonObject | Promise<JsonObject>
  /** Whether any node can restore the same value from the stored `arguments`. If not, a stored call cannot be resumed. */
  canBeRecalled(): boolean | Promise<boolean>
}

/** Parses and restores the arguments of one tool. */
export interface ArgumentsReader {
  /** Reads the caller's arguments. An exception is a fault of the host, not of the caller. */
  read(sent: JsonObject): Reading | Promise<Reading>
  /** Restores stored arguments; `null` if the result does not have this digest. */
  recall(kept: JsonObject, argumentsDigest: string): BoundArguments | null | Promise<BoundArguments | null>
}

/** The arguments, or why they are invalid. */
export type Reading = BoundArguments | { readonly problems: readonly ArgumentProblem[] }

const READER = Symbol.for('allv-mcp.reader')

/** Puts the reader on a schema. The property is not enumerable, so a spread copy of the schema has no reader. */
export function carryReader(schema: object, reader: ArgumentsReader): void {
  Object.defineProperty(schema, READER, { value: Object.freeze(reader) })
}

/** The reader of a schema; `null` if the JSON Schema itself checks the arguments. */
export function readerOf(schema: { readonly [READER]?: ArgumentsReader } & object): ArgumentsReader | null {
  return schema[READER] ?? null
}

/** Binds arguments as they were sent, for a tool that has a JSON Schema and no reader. */
export function boundAsSent(sent: JsonObject): BoundArguments {
  return new AsSent(sent, digestJson(sent))
}

/** Restores such arguments from a store; `null` if they do not have this digest. */
export function recallAsSent(kept: JsonObject, argumentsDigest: string): BoundArguments | null {
  return digestJson(kept) === argumentsDigest ? new AsSent(kept, argumentsDigest) : null
}

class AsSent implements BoundArguments {
  readonly arguments: JsonObject
  readonly argumentsDigest: string

  constructor(args: JsonObject, argumentsDigest: string) {
    this.arguments = args
    this.argumentsDigest = argumentsDigest
  }

  hand(): JsonObject {
    return copyJsonObject(this.arguments)
  }

  canBeRecalled(): boolean {
    return true
  }
}
