/** Pages of lists that come whole from an adapter. The cursor names the last item, so a page continues where it ended even when the list has grown. */

import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Runtime } from '../runtime/runtime.js'
import { type ListName, openCursor, sealCursor } from './cursors.js'
import type { Admitted } from './stages.js'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

export interface PageOf<T> {
  readonly list: ListName
  readonly cursor: string | undefined
  /** Asked once the cursor has been found to be the caller's. */
  readonly load: () => Promise<readonly T[]>
  readonly nameOf: (item: T) => string
}

/** Throws INVALID_CURSOR, also for a cursor whose item is not in the list any more. */
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
