/**
 * Writes down what a schema made of arguments, types and all, so that two values are alike here only when they are alike: a date and the
 * text of that date are two values, though their JSON is one. What cannot be looked into is marked as such.
 */

import type { JsonValue } from '../foundation/json/json.js'
import { copyJson, isPlainObject, levelsOf } from '../foundation/json/json-copy.js'

export interface TypedForm {
  readonly form: JsonValue
  /** Whether JSON says all of it: no Map, no Set, no NaN, nothing hidden. */
  readonly sayable: boolean
  /** Whether an object in it chooses its own JSON (`toJSON`), which may leave out what matters. */
  readonly speaks: boolean
  /** Whether something in it cannot be looked into: private members, functions, internal slots. */
  readonly opaque: boolean
  /** Whether `copyTyped` can copy it. */
  readonly copyable: boolean
}

type Notes = { -readonly [K in Exclude<keyof TypedForm, 'form'>]: boolean }

const MAX_DEPTH = 200
/** Private names, and what compilers make of them. Text that only looks like it costs nothing but the short way. */
const HIDES = /#[\p{ID_Start}$_]|\.set\(\s*this\b|\bWeakMap\b|\[native code\]/u

export function typedFormOf(value: unknown): TypedForm {
  const notes: Notes = { sayable: true, speaks: false, opaque: false, copyable: true }
  return { form: formOf(value, notes, 0), ...notes }
}

/** Lists begin with what they are, and objects stay objects: no two forms look alike. */
function formOf(value: unknown, notes: Notes, depth: number): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value || 0 : unsayable(notes, ['number', String(value)])
    case 'bigint':
      return unsayable(notes, ['bigint', String(value)])
    case 'undefined':
      return unsayable(notes, ['undefined'])
    case 'object':
      return value === null ? null : objectForm(value, notes, depth + 1)
    default:
      return hidden(notes)
  }
}

function unsayable(notes: Notes, form: JsonValue): JsonValue {
  notes.sayable = false
  return form
}

function hidden(notes: Notes): JsonValue {
  notes.opaque = true
  notes.copyable = false
  return unsayable(notes, ['hidden'])
}

function objectForm(value: object, notes: Notes, depth: number): JsonValue {
  if (depth > MAX_DEPTH) return hidden(notes)
  if (isList(value)) return ['list', ...Array.from(value, (item) => formOf(item, notes, depth))]
  if (isPlainObject(value))
    return Object.getOwnPropertySymbols(value).length > 0 ? hidden(notes) : membersForm(value, notes, depth)
  try {
    return nativeForm(value, notes, depth) ?? classForm(value, notes, depth)
  } catch {
    return hidden(notes)
  }
}

function membersForm(value: object, notes: Notes, depth: number): JsonValue {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, formOf(member, notes, depth)]))
}

/** `null` for what is none of these. */
function nativeForm(value: object, notes: Notes, depth: number): JsonValue | null {
  if (isDate(value)) {
    const at = value.getTime()
    return Number.isNaN(at) ? unsayable(notes, ['Date', 'invalid']) : ['Date', at || 0]
  }
  if (isUrl(value)) return ['URL', value.href]
  if (isMap(value)) {
    const entries = Array.from(value, ([key, item]) => [
      formOf(key, notes, depth),
      formOf(item, notes, depth),
    ])
    return unsayable(notes, ['Map', ...entries])
  }
  if (isSet(value))
    return unsayable(notes, ['Set', ...Array.from(value, (item) => formOf(item, notes, depth))])
  return null
}

/** By its visible members and what it says of itself, where nothing tells that there is more to it. */
function classForm(value: object, notes: Notes, depth: number): JsonValue {
  const names = openClassesOf(value)
  if (names === null) return hidden(notes)
  notes.copyable = false
  const speaks = 'toJSON' in value && typeof value.toJSON === 'function'
  if (speaks) notes.speaks = true
  const said: JsonValue = speaks ? JSON.parse(JSON.stringify(value) ?? 'null') : null
  return ['class', [...names], membersForm(value, notes, depth), said]
}

/** The names of its classes, `null` for one that may hold more than can be seen. */
function openClassesOf(value: object): readonly string[] | null {
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
    if (made.name === '' || HIDES.test(Function.prototype.toString.call(made))) return null
    names.push(made.name)
  }
  return names
}

/** A copy of its own, of what is `copyable`. */
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

/** By tag and not by `instanceof`: each realm has classes of its own. Subclasses, and what was given further members, are none of these. */
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
