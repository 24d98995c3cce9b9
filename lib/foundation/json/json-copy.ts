/** Copies JSON, and tells whether a value is JSON at all: what a parser or a schema gave may be anything. */

import type { JsonObject, JsonValue } from './json.js'

/** Deeper values are no arguments of anybody, and would cost every later step a deep recursion. */
const MAX_DEPTH = 200

/**
 * A copy of its own, without members that are undefined, and with 0 for -0 (RFC 8259 has both, JavaScript writes both as 0, so they are one
 * value). `undefined` for what is not JSON: numbers that are not finite, big integers, functions, dates and other instances of classes, and
 * what is nested deeper than 200 levels. RFC 8259, sections 3 to 7.
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

/** A copy of what is known to be JSON. */
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
    // An assignment would set the prototype.
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

/** By the length of the chain of prototypes, since each realm has an Object of its own. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value) && levelsOf(value) <= 1
}

/** How many prototypes a value has: an object 1, a list or a date 2, an instance of a class 2 or more. */
export function levelsOf(value: object): number {
  let levels = 0
  for (let at: object | null = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at))
    levels += 1
  return levels
}

/** Where a value stops being JSON: a JSON Pointer (RFC 6901), `''` for the whole. For a value that `copyJson` does not copy. */
export function whereNotJson(value: unknown): string {
  return pointerToOther(value, 0) ?? ''
}

/** `null`: all of it is JSON. */
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

/** RFC 6901, section 3. */
export function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
