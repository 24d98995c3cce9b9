/**
 * Describes a parsed value as JSON with its types, so that different values have different descriptions. For example, a date and the text of that
 * date are different, although their JSON is the same. Parts that cannot be inspected are marked.
 */

import type { JsonValue } from '../foundation/json/json.js'
import { copyJson, isPlainObject, levelsOf } from '../foundation/json/json-copy.js'

/** The description of a value. */
export interface TypedForm {
  /** The description itself. */
  readonly form: JsonValue
  /** Whether JSON can represent the whole value: no Map, no Set, no NaN, nothing that cannot be inspected. */
  readonly fitsJson: boolean
  /** Whether an object in it has a `toJSON` method, which may leave something out. */
  readonly hasToJson: boolean
  /** Whether a part cannot be inspected: private members, functions, internal slots. */
  readonly isOpaque: boolean
  /** Whether `copyTyped` can copy it. */
  readonly isCopyable: boolean
}

type Flags = { -readonly [K in Exclude<keyof TypedForm, 'form'>]: boolean }

const MAX_DEPTH = 200
/** Finds private names, or what compilers make of them, in the source of a class. A false match is safe: the value then counts as opaque. */
const PRIVATE_MEMBERS = /#[\p{ID_Start}$_]|\.set\(\s*this\b|\bWeakMap\b|\[native code\]/u

/** Describes a value. */
export function typedFormOf(value: unknown): TypedForm {
  const flags: Flags = { fitsJson: true, hasToJson: false, isOpaque: false, isCopyable: true }
  return { form: formOf(value, flags, 0), ...flags }
}

/** Plain objects and JSON scalars keep their form. Other values become lists that begin with the name of their type, so no two types have one form. */
function formOf(value: unknown, flags: Flags, depth: number): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value || 0 : notJson(flags, ['number', String(value)])
    case 'bigint':
      return notJson(flags, ['bigint', String(value)])
    case 'undefined':
      return notJson(flags, ['undefined'])
    case 'object':
      return value === null ? null : objectForm(value, flags, depth + 1)
    default:
      return opaque(flags)
  }
}

function notJson(flags: Flags, form: JsonValue): JsonValue {
  flags.fitsJson = false
  return form
}

function opaque(flags: Flags): JsonValue {
  flags.isOpaque = true
  flags.isCopyable = false
  return notJson(flags, ['hidden'])
}

function objectForm(value: object, flags: Flags, depth: number): JsonValue {
  if (depth > MAX_DEPTH) return opaque(flags)
  if (isList(value)) return ['list', ...Array.from(value, (item) => formOf(item, flags, depth))]
  if (isPlainObject(value))
    return Object.getOwnPropertySymbols(value).length > 0 ? opaque(flags) : membersForm(value, flags, depth)
  try {
    return nativeForm(value, flags, depth) ?? classForm(value, flags, depth)
  } catch {
    return opaque(flags)
  }
}

function membersForm(value: object, flags: Flags, depth: number): JsonValue {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, formOf(member, flags, depth)]))
}

/** The form of a Date, URL, Map or Set; `null` for other objects. */
function nativeForm(value: object, flags: Flags, depth: number): JsonValue | null {
  if (isDate(value)) {
    const at = value.getTime()
    return Number.isNaN(at) ? notJson(flags, ['Date', 'invalid']) : ['Date', at || 0]
  }
  if (isUrl(value)) return ['URL', value.href]
  if (isMap(value)) {
    const entries = Array.from(value, ([key, item]) => [
      formOf(key, flags, depth),
      formOf(item, flags, depth),
    ])
    return notJson(flags, ['Map', ...entries])
  }
  if (isSet(value)) return notJson(flags, ['Set', ...Array.from(value, (item) => formOf(item, flags, depth))])
  return null
}

/** The form of an instance of a class: its members and the output of its `toJSON`, unless it may have members that cannot be inspected. */
function classForm(value: object, flags: Flags, depth: number): JsonValue {
  const names = classNamesOf(value)
  if (names === null) return opaque(flags)
  flags.isCopyable = false
  const hasToJson = 'toJSON' in value && typeof value.toJSON === 'function'
  if (hasToJson) flags.hasToJson = true
  const json: JsonValue = hasToJson ? JSON.parse(JSON.stringify(value) ?? 'null') : null
  return ['class', [...names], membersForm(value, flags, depth), json]
}

/** The names of its classes; `null` if it may have members that cannot be inspected. */
function classNamesOf(value: object): readonly string[] | null {
  if (tagOf(value) !== '[object Object]') return null
  const own = Reflect.ownKeys(value)
  if (own.length === 0 || own.length !== Object.keys(value).length) return null
  const names: string[] = []
  for (
    let at: object = Object.getPrototypeOf(value);
    Object.getPrototypeOf(at) !== null;
    at = Object.getPrototypeOf(at)
  ) {
    const { constructor: made } = at
    if (made.name === '' || PRIVATE_MEMBERS.test(Function.prototype.toString.call(made))) return null
    names.push(made.name)
  }
  return names
}

/** A deep copy of a value that is `isCopyable`. */
export function copyTyped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  if (isList(value)) return Array.from(value, copyTyped)
  if (isDate(value)) return new Date(value.getTime())
  if (isUrl(value)) return new URL(value.href)
  if (isMap(value)) return new Map(Array.from(value, ([key, item]) => [copyTyped(key), copyTyped(item)]))
  if (isSet(value)) return new Set(Array.from(value, copyTyped))
  const json = copyJson(value)
  if (json !== undefined) return json
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, copyTyped(member)]))
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value)
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value) && levelsOf(value) === 2
}

/** Checks the tag and not `instanceof`, because each realm has its own classes. False for subclasses and for objects with added members. */
function isNative(value: object, name: string): boolean {
  return tagOf(value) === `[object ${name}]` && levelsOf(value) === 2 && Reflect.ownKeys(value).length === 0
}

function isDate(value: object): value is Date {
  return isNative(value, 'Date')
}

function isUrl(value: object): value is URL {
  return isNative(value, 'URL') && value instanceof URL
}

function isMap(value: object): value is ReadonlyMap<unknown, unknown> {
  return isNative(value, 'Map')
}

function isSet(value: object): value is ReadonlySet<unknown> {
  return isNative(value, 'Set')
}
