/** Deeply frozen copies of what a store takes and gives, so that only its methods can change it. */

/**
 * Copies plain objects, arrays and dates. Dates cannot be frozen, so each reader gets its own. A value that is deeply frozen and has no date is
 * given as it is, because it cannot be told from a copy.
 */
export function frozenCopy<T>(value: T): T
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isDeeplyFrozen(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map((item) => frozenCopy(item)))
  return !isPlain(value) && isDate(value) ? new Date(value) : frozenObject(value)
}

function frozenObject(value: object): object {
  const copy: Record<string, unknown> = { ...value }
  for (const key of Object.keys(copy)) {
    const item = copy[key]
    if (typeof item === 'object' && item !== null) copy[key] = frozenCopy(item)
  }
  return Object.freeze(copy)
}

/**
 * Keeps a copy, and gives a function that reads it. Readers get the same object if it cannot change, otherwise a copy with its own dates. The
 * members that have to be copied are determined once.
 */
export function snapshotOf<T extends object>(value: T): () => T
export function snapshotOf(value: object): () => object {
  const kept: Readonly<Record<string, unknown>> = frozenCopy({ ...value })
  const moving = Object.keys(kept).filter((key) => !isDeeplyFrozen(kept[key]))
  if (moving.length === 0) return () => kept
  return () => {
    const copy = { ...kept }
    for (const key of moving) copy[key] = frozenCopy(copy[key])
    return Object.freeze(copy)
  }
}

/** Whether a value is deeply frozen and has no dates or other objects that change although they are frozen. */
function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (!Object.isFrozen(value) || !(Array.isArray(value) || isPlain(value))) return false
  return Object.values(value).every(isDeeplyFrozen)
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}

/** Checks the tag: test runners use realms, and a date of another realm is no `instanceof Date`. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}
