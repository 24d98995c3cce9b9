/** Copies JSON and finds values that are not JSON, since a host's parser may return anything. */

import type { JsonObject, JsonValue } from './json.js'

/** Levels. No honest arguments are nested deeper, and later steps recurse as deep as the value. */
const MAX_DEPTH = 200

/**
 * A deep copy without members that are `undefined`. -0 becomes 0, since JavaScript writes both as 0. Returns `undefined` if the value is not
 * JSON: numbers that are not finite, big integers, functions, dates and other class instances, or more than 200 levels. RFC 8259, sections
 * 3 to 7.
 */
export function copyJson(value: unknown, depth = 0): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (!Number.isFinite(value)) return undefined
      return value === 0 ? 0 : value
    case 'object':
      if (value === null) return null
      if (depth > MAX_DEPTH) return undefined
      return Array.isArray(value) ? copyList(value, depth) : copyObject(value, depth)
    default:
      return undefined
  }
}

/** A deep copy of an object that is known to be JSON. Throws a TypeError if it is not. */
export function copyJsonObject(value: JsonObject): JsonObject {
  const copy = isPlainObject(value) ? copyMembers(value, 0) : undefined
  if (copy === undefined) throw new TypeError('this value is no JSON object')
  return copy
}

function copyList(value: readonly unknown[], depth: number): readonly JsonValue[] | undefined {
  if (levelsOf(value) !== 2) return undefined
  const copy: JsonValue[] = []
  for (const item of value) {
    const copied = copyJson(item, depth + 1)
    if (copied === undefined) return undefined
    copy.push(copied)
  }
  return copy
}

function copyObject(value: object, depth: number): JsonObject | undefined {
  return isPlainObject(value) ? copyMembers(value, depth) : undefined
}

function copyMembers(value: Readonly<Record<string, unknown>>, depth: number): JsonObject | undefined {
  const copy: Record<string, JsonValue> = {}
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (member === undefined) continue
    const copied = copyJson(member, depth + 1)
    if (copied === undefined) return undefined
    // An assignment to this name would set the prototype.
    if (key === '__proto__')
      Object.defineProperty(copy, key, {
        value: copied,
        enumerable: true,
        writable: true,
        configurable: true,
      })
    else copy[key] = copied
  }
  return copy
}

/** Whether an object is no array and no class instance. It counts prototypes, since each realm has its own `Object.prototype`. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value) && levelsOf(value) <= 1
}

/** The number of prototypes of a value: 1 for a plain object, 2 for an array or a date, 2 or more for a class instance. */
export function levelsOf(value: object): number {
  let levels = 0
  for (let at: object | null = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at))
    levels += 1
  return levels
}

/** JSON Pointer (RFC 6901) of the part that is not JSON; `''` for the whole. For a value that `copyJson` refuses. */
export function whereNotJson(value: unknown): string {
  return pointerToOther(value, 0) ?? ''
}

/** `null` if the whole value is JSON. */
function pointerToOther(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return copyJson(value) === undefined ? '' : null
  const isList = Array.isArray(value)
  if (depth > MAX_DEPTH || !(isList ? levelsOf(value) === 2 : isPlainObject(value))) return ''
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined && !isList) continue
    const below = pointerToOther(member, depth + 1)
    if (below !== null) return `/${pointerToken(key)}${below}`
  }
  return null
}

/** Escapes a name for a JSON Pointer. RFC 6901, section 3. */
export function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
