/** Keys of maps that are made of several parts. JSON keeps parts apart whatever they hold. */

export function keyed(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts)
}

/** Pages through a list by position; the cursor is the next position. */
export function pageFrom<T>(
  items: readonly T[],
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const from = cursor === null ? 0 : Number.parseInt(cursor, 10)
  const to = from + limit
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null }
}

export type Clock = () => Date
