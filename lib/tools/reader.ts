/**
 * Parses the arguments of a call with the tool's own schema, once. If the parsed value is JSON, it is what the approval and the run are bound to. If
 * it is not (a date, a class), they are bound to its JSON form, and the tool gets a copy of the value or a new parse with the same result. If the
 * JSON form would lose information, the arguments as sent replace the parts that it would lose.
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

/** How many problems the caller gets. */
const MAX_PROBLEMS = 10

/** A reader that also gives the tool its parsed arguments. */
export interface TakingReader extends ArgumentsReader {
  /**
   * The parsed value of arguments that this reader has handed out, recognised by identity. Other arguments are parsed now, as if a client had sent
   * them. Throws a TypeError if the call is `approved` and this parse changes the arguments: the result was not approved.
   */
  take(args: JsonObject, approved: boolean): ParseResult | Promise<ParseResult>
}

/** The parsed values of arguments that were handed out, by identity. */
type Known = WeakMap<JsonObject, { readonly value: unknown }>

interface Source {
  readonly parse: Parse
  readonly known: Known
  /** The JSON Schema of the arguments. */
  readonly describes: Readonly<Record<string, unknown>>
}

/** A reader that parses with `parse`. `describes`: the JSON Schema of the same arguments. */
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
    'the arguments of an approved call are not the object that the library passed, and the schema makes something else of them; pass on that very object',
  )
}

function bind(source: Source, sent: JsonObject, parsed: ParseResult): Reading | Promise<Reading> {
  if ('issues' in parsed) return { problems: parsed.issues.slice(0, MAX_PROBLEMS).map(problemOf) }
  const plain = copyJson(parsed.value)
  return isJsonObject(plain)
    ? new ReadAsJson(source.known, plain, digestJson(plain))
    : bindTyped(source, sent, parsed.value)
}

/** The usual case: the parsed value is JSON, and is never parsed again. */
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
  const args = await argumentsToShow(source, sent, value, typed)
  return new ReadTyped(source, { args, sent, value, typed })
}

/** What to store and show: the JSON form if it loses nothing; otherwise the arguments as sent in its place, without undeclared members. */
async function argumentsToShow(
  source: Source,
  sent: JsonObject,
  value: unknown,
  typed: TypedForm,
): Promise<JsonObject> {
  const form = typed.fitsJson ? jsonFormOf(value) : null
  if (form !== null && !typed.hasToJson) return form
  // The output of a toJSON method may leave something out. It is complete only if the schema parses it to the same value.
  if (form !== null && (await parsesToSame(source, form, typed))) return form
  const bare = knownKeys(source.describes, sent)
  // A part that cannot be inspected may depend on any of the arguments, so a mixed form could leave out something that matters.
  const mixed = typed.isOpaque ? null : mixedForm(value, bare)
  if (mixed !== null && (await parsesToSame(source, mixed, typed))) return mixed
  return bare !== sent && (await parsesToSame(source, bare, typed)) ? bare : sent
}

function jsonFormOf(value: unknown): JsonObject | null {
  const form: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
  return isJsonObject(form) ? copyJsonObject(form) : null
}

async function parsesToSame(source: Source, args: JsonObject, typed: TypedForm): Promise<boolean> {
  return (await parseAgain(source, args, typed)) !== null
}

/** A new parse of `args` with the same result; `null` if the result differs or the parse fails. */
async function parseAgain(
  { parse }: Source,
  args: JsonObject,
  typed: TypedForm,
): Promise<{ readonly value: unknown } | null> {
  try {
    const parsed = await parse(copyJsonObject(args))
    if ('issues' in parsed) return null
    return digestJson(typedFormOf(parsed.value).form) === digestJson(typed.form) ? parsed : null
  } catch {
    // These arguments may not be what the schema accepts, and then it may throw.
    return null
  }
}

/**
 * The digest of a value that is not JSON. It is over a list, and the digest of JSON arguments is over an object, so a date and its text differ. If
 * a part cannot be inspected, the arguments are part of the digest.
 */
function typedDigest(typed: TypedForm, args: JsonObject): string {
  return digestJson(['typed', typed.form, typed.isOpaque ? args : null])
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
      this.#typed.isCopyable ? { value: copyTyped(this.#value) } : await this.#parseAgain(),
    )
    return given
  }

  canBeRecalled(): Promise<boolean> {
    return parsesToSame(this.#source, this.arguments, this.#typed)
  }

  async #parseAgain(): Promise<{ readonly value: unknown }> {
    const again =
      (await parseAgain(this.#source, this.arguments, this.#typed)) ??
      (this.#typed.isOpaque ? null : await parseAgain(this.#source, this.#sent, this.#typed))
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
