/**
 * What all copies of the package in one process know of objects. A host that loads one entry by `import` and another by `require` has two
 * copies of the code, and what one copy marked the other must recognize.
 */

/** The set of this name. All copies of the package have the same one. */
export function sharedSet(name: string): WeakSet<object> {
  const known = find(name)
  return known instanceof WeakSet ? known : keep(name, new WeakSet<object>())
}

/** The map of this name. The name says of which version the values are, where they are not the same in all versions. */
export function sharedMap<V>(name: string): WeakMap<object, V> {
  const known = find(name)
  return known instanceof WeakMap ? known : keep(name, new WeakMap<object, V>())
}

function find(name: string): unknown {
  return Reflect.get(globalThis, Symbol.for(`allv-mcp.${name}`))
}

function keep<T extends object>(name: string, value: T): T {
  Object.defineProperty(globalThis, Symbol.for(`allv-mcp.${name}`), { value })
  return value
}
