/** Pages of lists that come whole from an adapter. The cursor names the last item, so a page continues where it ended even when the list has grown. */

import { AllvError } from '../errors.js'
import type { Admitted } from '../pipeline/context.js'
import { type ListName, openCursor, sealCursor } from '../pipeline/cursors.js'
import type { Plane } from '../pipeline/plane.js'

export interface Paged<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

export async function pageOf<T>(
  plane: Plane,
  admitted: Admitted,
  {
    list,
    cursor,
    items,
    nameOf,
  }: {
    readonly list: ListName
    readonly cursor: string | undefined
    readonly items: readonly T[]
    readonly nameOf: (item: T) => string
  },
): Promise<Paged<T>> {
  const after = await openCursor(plane, admitted, list, cursor)
  const from = after === null ? 0 : items.findIndex((item) => nameOf(item) === after) + 1
  if (after !== null && from === 0) throw new AllvError('INVALID_CURSOR')
  const page = items.slice(from, from + plane.config.pageSize)
  const last = page.at(-1)
  const more = last !== undefined && from + page.length < items.length
  return { items: page, nextCursor: more ? await sealCursor(plane, admitted, list, nameOf(last)) : null }
}
