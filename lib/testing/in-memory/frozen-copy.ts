/** What goes into a store and what comes out are copies, frozen to the ground: nobody changes a store but through its methods. */

/**
 * Copies plain objects, arrays and dates; dates cannot be frozen, so each reader gets its own. What is frozen to the ground and holds no
 * date is given as it is: nobody can tell it from a copy.
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
 * Keeps a copy, and gives what each reader is handed: the same where it cannot change, else one with its own dates. Which members those
 * are is found out once.
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

/** Frozen to the ground, and without dates or anything else that changes though it is frozen. */
function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (!Object.isFrozen(value) || !(Array.isArray(value) || isPlain(value))) return false
  return Object.values(value).every(isDeeplyFrozen)
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}

/** By its tag: test runners have realms, and a date of another one is no `instanceof Date`. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}
