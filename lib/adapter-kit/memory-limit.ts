/** The longest text of a memory entry. All writes check it, because the library does not read a longer text. */

import { hasMoreCharacters } from '../foundation/text/text.js'

/** The longest text of a memory entry: 1,000,000 characters, counted in code points, as JSON Schema and SQL count them. */
export const MOST_MEMORY_CHARACTERS = 1_000_000

/**
 * Whether a text has more than `MOST_MEMORY_CHARACTERS`. If so, `memory.update` of your own store must answer `{ status: 'too_large' }`. For an
 * append, check the text after the append.
 *
 * @example
 * const answer: MemoryUpdate | null = isTooLongForMemory('formal') ? { status: 'too_large' } : null
 */
export function isTooLongForMemory(text: string): boolean {
  return hasMoreCharacters(text, MOST_MEMORY_CHARACTERS)
}

/** For writes of the host. Throws a RangeError if the text is too long. */
export function assertFitsMemory(text: string): void {
  if (isTooLongForMemory(text))
    throw new RangeError(`a memory entry holds at most ${MOST_MEMORY_CHARACTERS} characters`)
}
