/** Keys of maps that are made of several parts. JSON keeps parts apart whatever they hold. */

export function keyed(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts)
}

/** The list under a key, made when there is none. */
export function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

export type Clock = () => Date
