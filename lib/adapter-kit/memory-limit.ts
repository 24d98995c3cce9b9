/** How long the text of a memory entry may be. Whoever writes one asks, so that whatever was stored can be read. */

import { hasMoreCharacters } from '../foundation/text/text.js'

/** In characters as JSON Schema and SQL count them. */
export const MOST_MEMORY_CHARACTERS = 1_000_000

export function isTooLongForMemory(text: string): boolean {
  return hasMoreCharacters(text, MOST_MEMORY_CHARACTERS)
}

/** For the host's own hand, which is told by a throw. */
export function assertFitsMemory(text: string): void {
  if (isTooLongForMemory(text))
    throw new RangeError(`a memory entry holds at most ${MOST_MEMORY_CHARACTERS} characters`)
}
