/** What a store keeps of a memory entry that the host puts: key and text as they are or not at all, what describes them cleaned. */

import type { MemoryEntry } from '../adapters/memory.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName, cleanText } from '../foundation/text/text.js'
import { assertStorableTexts } from './storable.js'

type Entry = Omit<MemoryEntry, 'revision' | 'updatedAt'>

const MAX_TITLE_LENGTH = 200
const MAX_DESCRIPTION_LENGTH = 2000

/**
 * The entry as a store keeps it: `title` and `mimeType` as one line of at most 200 characters, `description` of at most 2000; `null` members left
 * out. Throws a TypeError for a key or a text with a NUL or half a character.
 *
 * @example
 * const { key, text, title = null } = storableEntry(entry)
 */
export function storableEntry(entry: Entry): Entry {
  const { key, text, title, description, mimeType } = withoutNulls(entry)
  assertStorableTexts({ 'the memory key': key, 'the memory text': text })
  return {
    key,
    text,
    ...(title === undefined ? {} : { title: cleanName(title, MAX_TITLE_LENGTH) }),
    ...(description === undefined ? {} : { description: cleanText(description, MAX_DESCRIPTION_LENGTH) }),
    ...(mimeType === undefined ? {} : { mimeType: cleanName(mimeType, MAX_TITLE_LENGTH) }),
  }
}
