/** Deep freeze of JSON, so that a checked value cannot change. */

/** Freezes a value with everything in it. A frozen object is taken to be frozen all through. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) deepFreeze(item)
  return Object.freeze(value)
}
