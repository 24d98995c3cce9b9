/** How long the text of a memory entry may be. Whatever writes one asks here, so that every stored entry can be read. */

import { hasMoreCharacters } from '../foundation/text/text.js'

/** 1,000,000 characters, counted in code points as JSON Schema and SQL do. */
export const MOST_MEMORY_CHARACTERS = 1_000_000

/**
 * Whether a text has more than `MOST_MEMORY_CHARACTERS`. `memory.update` of your own store answers `{ status: 'too_large' }` then: an
 * append may go over the limit though its own text does not.
 *
 * @example
 * if (isTooLongForMemory(text)) return { status: 'too_large' }
 */
export function isTooLongForMemory(text: string): boolean {
  return hasMoreCharacters(text, MOST_MEMORY_CHARACTERS)
}

/** For the host's own writes. Throws a RangeError. */
export function assertFitsMemory(text: string): void {
  if (isTooLongForMemory(text))
    throw new RangeError(`a memory entry holds at most ${MOST_MEMORY_CHARACTERS} characters`)
}
