/** Reads values that a host's adapters returned. A database returns `null` for an empty column, so `null` means "not given". */

/** The same object, or a copy without the members that are `null`. The copy is frozen if the object is. */
export function withoutNulls<T extends object>(given: T): T {
  if (!hasNull(given)) return given
  const copy: T = { ...given }
  for (const key of Object.keys(given))
    if (Reflect.get(given, key) === null) Reflect.deleteProperty(copy, key)
  return Object.isFrozen(given) ? Object.freeze(copy) : copy
}

/** Without a list of its keys, which every call would make. Inherited members count too: then a copy is made for nothing. */
function hasNull(given: object): boolean {
  for (const key in given) if (Reflect.get(given, key) === null) return true
  return false
}

/**
 * The list that an adapter returned. Throws a TypeError if it is not an array: a faulty adapter must not grant anything. `what`: name of
 * its method.
 */
export function listOf<T>(given: readonly T[] | null | undefined, what: string): readonly T[] {
  if (!Array.isArray(given)) throw new TypeError(`${what} gave no list; it must resolve to an array`)
  return given
}

/** Whether a value is a promise, which means that the host forgot to await it. */
export function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
