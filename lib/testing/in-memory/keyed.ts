/** Keys of maps that are made of several parts. Each part says how long it is, so that no two lists of parts have one key. */

export function keyed(...parts: readonly (string | null)[]): string {
  let key = ''
  for (const part of parts) key += part === null ? '-' : `${part.length}:${part}`
  return key
}

/** The list under a key, made when there is none. */
export function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

export type Clock = () => Date
