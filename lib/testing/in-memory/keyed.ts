/** Keys of maps, made of several parts. */

/** Joins parts to a key. Each part has its length before it, so that different parts never give the same key. */
export function keyed(...parts: readonly (string | null)[]): string {
  let key = ''
  for (const part of parts) key += part === null ? '-' : `${part.length}:${part}`
  return key
}

/** Gives the list of a key, and adds an empty one if there is none. */
export function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

/** Gives the time. */
export type Clock = () => Date
