/** What goes into a store and what comes out are copies, frozen to the ground: nobody changes a store but through its methods. */

/** Copies plain objects, arrays and dates; dates cannot be frozen, so each reader gets its own. */
export function frozenCopy<T>(value: T): T
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isDate(value)) return new Date(value)
  if (Array.isArray(value)) return Object.freeze(value.map((item) => frozenCopy(item)))
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frozenCopy(item)])),
  )
}

/** By its tag: test runners have realms, and a date of another one is no `instanceof Date`. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}
