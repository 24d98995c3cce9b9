/** What a host's adapters gave. Columns of a database that hold nothing are `null`: it means "not given". */

/** The same object, or a copy without the members that are `null`. A frozen one's copy is frozen. */
export function withoutNulls<T extends object>(given: T): T {
  const isNull = (key: string) => Reflect.get(given, key) === null
  if (!Object.keys(given).some(isNull)) return given
  const copy: T = { ...given }
  for (const key of Object.keys(given).filter(isNull)) Reflect.deleteProperty(copy, key)
  return Object.isFrozen(given) ? Object.freeze(copy) : copy
}

/** Throws a TypeError for what is no list: an adapter that gives nothing at all is broken, and opens nothing. `what`: its method. */
export function listOf<T>(given: readonly T[] | null | undefined, what: string): readonly T[] {
  if (!Array.isArray(given)) throw new TypeError(`${what} gave no list; it must resolve to an array`)
  return given
}

/** Whether a host forgot to wait for what it passes. */
export function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
