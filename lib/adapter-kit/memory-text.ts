/** Prepares a memory entry of the host for a store: refuses a key or a text that cannot be stored, and cleans title, description and type. */

import type { MemoryEntry } from '../adapters/memory.js'
import { isRecord } from '../foundation/json/guards.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName, cleanText } from '../foundation/text/text.js'
import { assertStorableTexts } from './storable.js'

type Entry = Omit<MemoryEntry, 'revision' | 'updatedAt'>

const MAX_TITLE_LENGTH = 200
const MAX_DESCRIPTION_LENGTH = 2000

/**
 * The entry to store: `title` and `mimeType` as one line of at most 200 characters, `description` with at most 2000. Fields that are `null` are
 * left out. Throws a TypeError if the key or the text is missing or has a NUL or a lone surrogate.
 *
 * @example
 * const { key, text, title = null } = storableEntry({ key: 'tone', text: 'formal', title: 'Tone' })
 */
export function storableEntry(entry: Entry): Entry {
  if (!isRecord(entry) || typeof entry.key !== 'string' || typeof entry.text !== 'string')
    throw new TypeError("a memory entry needs a key and a text: { key: 'tone', text: 'formal' }")
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
