/**
 * Arguments as they are bound: one value for the rule, the person who decides, every digest, the record and the tool. A tool whose own schema
 * reads its arguments brings the reader along on its `inputSchema`, under a registered symbol: two copies of the package, and copies of
 * the definition, keep it, and JSON, digests and comparisons do not see it.
 */

import { digestJson } from '../crypto/digest.js'
import type { JsonObject } from './json.js'
import { copyJsonObject } from './json-copy.js'

export interface ArgumentProblem {
  /** JSON Pointer of the value at fault, `''` for the whole. RFC 6901. */
  readonly path: string
  readonly message: string
}

export interface BoundArguments {
  /** What is shown, stored and digested. The host's code is never given this very object: see `hand`. */
  readonly arguments: JsonObject
  /** Different for different values, also where their JSON forms are alike. */
  readonly argumentsDigest: string
  /**
   * A copy that the host's code may keep and change. The tool whose reader made it knows this very object, and takes it for read. Throws a
   * TypeError where the schema would make something else of the arguments this time.
   */
  hand(): JsonObject | Promise<JsonObject>
  /** Whether `arguments` alone bring the same value back, on any node: else nobody can go on from what a store keeps. */
  canBeRecalled(): boolean | Promise<boolean>
}

export interface ArgumentsReader {
  /** Reads what a caller sent, once. What it throws is the host's fault, never the caller's. */
  read(sent: JsonObject): Reading | Promise<Reading>
  /** Reads what was bound before, and kept; `null` where that does not bring back the value of this digest. */
  recall(kept: JsonObject, argumentsDigest: string): BoundArguments | null | Promise<BoundArguments | null>
}

export type Reading = BoundArguments | { readonly problems: readonly ArgumentProblem[] }

const READER = Symbol.for('allv-mcp.reader')

/** The reader of a schema as its property, for `Object.defineProperty`: copies of a schema are other schemas, and have none. */
export function carryReader(schema: object, reader: ArgumentsReader): void {
  Object.defineProperty(schema, READER, { value: Object.freeze(reader) })
}

/** `null`: arguments are checked by the JSON Schema itself. */
export function readerOf(schema: { readonly [READER]?: ArgumentsReader } & object): ArgumentsReader | null {
  return schema[READER] ?? null
}

/** Arguments that mean what was sent: of tools that are checked by their JSON Schema. */
export function boundAsSent(sent: JsonObject): BoundArguments {
  return new AsSent(sent, digestJson(sent))
}

/** The same for what was kept; `null` where it is not what the digest says. */
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
