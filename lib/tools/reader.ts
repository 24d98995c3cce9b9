/**
 * Reads arguments by a tool's own schema, once, and knows again what it read. Where the schema makes JSON of them, that is what is bound. Where
 * it makes something else (a date, a class), the JSON form is bound, and the tool gets a copy or a fresh parse of exactly that value;
 * where the JSON form would not say all of it, the arguments as sent stand for what it does not say.
 */

import { digestJson } from '../foundation/crypto/digest.js'
import type { ArgumentsReader, BoundArguments, Reading } from '../foundation/json/arguments-reader.js'
import { isJsonObject } from '../foundation/json/guards.js'
import type { JsonObject } from '../foundation/json/json.js'
import { copyJson, copyJsonObject } from '../foundation/json/json-copy.js'
import { knownKeys } from './known-keys.js'
import { mixedForm } from './mixed-form.js'
import { isPromise, type Parse, type ParseResult, problemOf } from './parse.js'
import { copyTyped, type TypedForm, typedFormOf } from './typed-form.js'

/** More is no help to who reads it. */
const MOST_PROBLEMS = 10

export interface TakingReader extends ArgumentsReader {
  /**
   * What was read of these very arguments; others are read now, as if a client had sent them. Throws a TypeError for an `approved` call if that
   * makes something else of them: it would not be what was approved.
   */
  take(args: JsonObject, approved: boolean): ParseResult | Promise<ParseResult>
}

/** What was made of arguments that were handed out, by their identity. */
type Known = WeakMap<JsonObject, { readonly value: unknown }>

interface Source {
  readonly parse: Parse
  readonly known: Known
  /** The JSON Schema of the arguments. */
  readonly describes: Readonly<Record<string, unknown>>
}

export function createReader(parse: Parse, describes: Source['describes']): TakingReader {
  const source: Source = { parse, known: new WeakMap(), describes }
  return {
    read(sent) {
      const parsed = parse(sent)
      return isPromise(parsed)
        ? parsed.then((result) => bind(source, sent, result))
        : bind(source, sent, parsed)
    },
    recall(kept, argumentsDigest) {
      return digestJson(kept) === argumentsDigest
        ? new ReadAsJson(source.known, kept, argumentsDigest)
        : recallTyped(source, kept, argumentsDigest)
    },
    take(args, approved) {
      const known = source.known.get(args)
      if (known !== undefined) return known
      return approved ? readUnchanged(parse, args) : parse(args)
    },
  }
}

async function readUnchanged(parse: Parse, args: JsonObject): Promise<ParseResult> {
  const before = digestJson(args)
  const parsed = await parse(args)
  if ('issues' in parsed || digestJson(jsonFormOf(parsed.value)) === before) return parsed
  throw new TypeError(
    'the arguments of an approved call are not those that the library handed over, and the schema makes something else of them; pass on that very object',
  )
}

function bind(source: Source, sent: JsonObject, parsed: ParseResult): Reading | Promise<Reading> {
  if ('issues' in parsed) return { problems: parsed.issues.slice(0, MOST_PROBLEMS).map(problemOf) }
  const plain = copyJson(parsed.value)
  return isJsonObject(plain)
    ? new ReadAsJson(source.known, plain, digestJson(plain))
    : bindTyped(source, sent, parsed.value)
}

/** The usual case: what was read is JSON, and is never read again. */
class ReadAsJson implements BoundArguments {
  readonly arguments: JsonObject
  readonly argumentsDigest: string
  readonly #known: Known

  constructor(known: Known, args: JsonObject, argumentsDigest: string) {
    this.#known = known
    this.arguments = args
    this.argumentsDigest = argumentsDigest
  }

  hand(): JsonObject {
    const given = copyJsonObject(this.arguments)
    this.#known.set(given, { value: given })
    return given
  }

  canBeRecalled(): boolean {
    return true
  }
}

async function bindTyped(source: Source, sent: JsonObject, value: unknown): Promise<BoundArguments> {
  const typed = typedFormOf(value)
  const args = await shownFor(source, sent, value, typed)
  return new ReadTyped(source, { args, sent, value, typed })
}

/** The JSON form where that says all; else what was sent stands for what JSON does not say, without what the schema does not know. */
async function shownFor(
  source: Source,
  sent: JsonObject,
  value: unknown,
  typed: TypedForm,
): Promise<JsonObject> {
  const form = typed.sayable ? jsonFormOf(value) : null
  if (form !== null && !typed.speaks) return form
  // What an object says of itself may leave something out: it is enough only if the schema makes the same of it.
  if (form !== null && (await givesAgain(source, form, typed))) return form
  const bare = knownKeys(source.describes, sent)
  // What is hidden may have been made of anything that was sent.
  const mixed = typed.opaque ? null : mixedForm(value, bare)
  if (mixed !== null && (await givesAgain(source, mixed, typed))) return mixed
  return bare !== sent && (await givesAgain(source, bare, typed)) ? bare : sent
}

function jsonFormOf(value: unknown): JsonObject | null {
  const form: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
  return isJsonObject(form) ? copyJsonObject(form) : null
}

async function givesAgain(source: Source, args: JsonObject, typed: TypedForm): Promise<boolean> {
  return (await readAgain(source, args, typed)) !== null
}

/** The same value, made anew; `null` if this is not what the schema makes of it. */
async function readAgain(
  { parse }: Source,
  args: JsonObject,
  typed: TypedForm,
): Promise<{ readonly value: unknown } | null> {
  try {
    const parsed = await parse(copyJsonObject(args))
    if ('issues' in parsed) return null
    return digestJson(typedFormOf(parsed.value).form) === digestJson(typed.form) ? parsed : null
  } catch {
    // A schema is only promised what it said that it takes.
    return null
  }
}

/** A list, where the digest of JSON arguments is of an object: a date and its text are two values. What cannot be seen goes by what was sent. */
function typedDigest(typed: TypedForm, args: JsonObject): string {
  return digestJson(['typed', typed.form, typed.opaque ? args : null])
}

class ReadTyped implements BoundArguments {
  readonly arguments: JsonObject
  readonly argumentsDigest: string
  readonly #source: Source
  readonly #sent: JsonObject
  readonly #value: unknown
  readonly #typed: TypedForm

  constructor(
    source: Source,
    read: {
      readonly args: JsonObject
      readonly sent: JsonObject
      readonly value: unknown
      readonly typed: TypedForm
    },
  ) {
    this.#source = source
    this.arguments = read.args
    this.argumentsDigest = typedDigest(read.typed, read.args)
    this.#sent = read.sent
    this.#value = read.value
    this.#typed = read.typed
  }

  async hand(): Promise<JsonObject> {
    const given = copyJsonObject(this.arguments)
    this.#source.known.set(
      given,
      this.#typed.copyable ? { value: copyTyped(this.#value) } : await this.#again(),
    )
    return given
  }

  canBeRecalled(): Promise<boolean> {
    return givesAgain(this.#source, this.arguments, this.#typed)
  }

  async #again(): Promise<{ readonly value: unknown }> {
    const again =
      (await readAgain(this.#source, this.arguments, this.#typed)) ??
      (this.#typed.opaque ? null : await readAgain(this.#source, this.#sent, this.#typed))
    if (again === null)
      throw new TypeError(
        'the input schema makes something else of the same arguments each time, so nothing was run; leave what changes (the time, a random id) to run',
      )
    return again
  }
}

async function recallTyped(
  source: Source,
  kept: JsonObject,
  argumentsDigest: string,
): Promise<BoundArguments | null> {
  const parsed = await source.parse(copyJsonObject(kept))
  if ('issues' in parsed) return null
  const { value } = parsed
  const read = { args: kept, sent: kept, value, typed: typedFormOf(value) }
  return typedDigest(read.typed, kept) === argumentsDigest ? new ReadTyped(source, read) : null
}
