/** Divides a whole list into pages. The cursor names the last item, so that the next page is right even when the list has grown. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Runtime } from '../runtime/runtime.js'
import { type ListName, openCursor, sealCursor } from './cursors.js'
import type { Admitted } from './stages.js'

/** One page of a list. */
export interface Page<T> {
  /** The items of this page. */
  readonly items: readonly T[]
  /** Cursor of the next page; `null` on the last one. */
  readonly nextCursor: string | null
}

/** Which page is wanted, and of which list. */
export interface PageOf<T> {
  /** The list, to which the cursor is bound. */
  readonly list: ListName
  /** The cursor that the client sent; `undefined` for the first page. */
  readonly cursor: string | undefined
  /** Loads the whole list. Called after the cursor has been checked. */
  readonly load: () => Promise<readonly T[]>
  /** A name that is unique in the list. */
  readonly nameOf: (item: T) => string
}

/** One page, and `all` items of the list. Throws INVALID_CURSOR, also when the item of the cursor is no longer in the list. */
export async function pageOf<T>(
  runtime: Runtime,
  admitted: Admitted,
  { list, cursor, load, nameOf }: PageOf<T>,
): Promise<Page<T> & { readonly all: readonly T[] }> {
  const after = await openCursor(runtime, admitted, list, cursor)
  const all = await load()
  const from = after === null ? 0 : all.findIndex((item) => nameOf(item) === after) + 1
  if (after !== null && from === 0) throw new AllvError('INVALID_CURSOR')
  const items = all.slice(from, from + runtime.config.pageSize)
  const last = items.at(-1)
  const more = last !== undefined && from + items.length < all.length
  return { all, items, nextCursor: more ? await sealCursor(runtime, admitted, list, nameOf(last)) : null }
}
