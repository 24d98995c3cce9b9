/** Checks the items that adapters return. A malformed item is left out and reported, the others stay. `null` means "not given". */

import type { MemberContext } from '../../adapters/principal.js'
import type { ContentBlock } from '../../adapters/tools.js'
import { isRecord } from '../../foundation/json/guards.js'
import { listOf, withoutNulls } from '../../foundation/json/host-values.js'
import type { Runtime } from '../runtime/runtime.js'

interface Listed<T> {
  /** The items that the adapter returned. */
  readonly given: readonly T[] | null | undefined
  /** The method that returned them, such as `prompts.list`. */
  readonly from: string
  /** What is wrong with an item; `null` for nothing. */
  readonly problemOf: (item: T) => string | null
}

/** The well-formed items, without members that are `null`. `onError` receives the others. Throws a TypeError for what is not a list. */
export function usableItems<T extends object>(
  runtime: Runtime,
  { correlationId }: Pick<MemberContext, 'correlationId'>,
  { given, from, problemOf }: Listed<T>,
): readonly T[] {
  return listOf(given, from).flatMap((item) => {
    const clean = isRecord(item) ? withoutNulls(item) : item
    const problem = isRecord(item) ? problemOf(clean) : 'it is not an object'
    if (problem === null) return [clean]
    const error = new TypeError(`${from} gave an item that is left out: ${problem}`)
    runtime.config.onError(error, { correlationId, code: 'INTERNAL' })
    return []
  })
}

/** Names the first of these members that is not a string; `null` for none. Required members must exist. */
export function textProblem(
  item: object,
  { required, optional }: { readonly required: readonly string[]; readonly optional: readonly string[] },
): string | null {
  for (const name of required) {
    const value: unknown = Reflect.get(item, name)
    if (typeof value !== 'string') return `its ${name} must be a text`
  }
  for (const name of optional) {
    const value: unknown = Reflect.get(item, name)
    if (value !== undefined && typeof value !== 'string') return `its ${name} must be a text`
  }
  return null
}

/** Says when a URI does not begin with a scheme; `null` when it does. RFC 3986, section 3.1. */
export function uriProblem(uri: string): string | null {
  return /^[a-z][a-z0-9+.-]*:./i.test(uri) ? null : 'its uri must be absolute, such as "crm:deals/1"'
}

/** Says when `updatedAt` is not a valid Date; `null` when it is. */
export function dateProblem(value: unknown): string | null {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'its updatedAt must be a valid Date'
}

/** The members of a content block that are objects themselves. `_meta` is left as the host made it. */
const PARTS = ['annotations', 'icons', 'resource'] as const

/** Removes members that are `null` from a block and from its parts. For one of them, strict clients reject the whole answer. */
export function cleanBlock(block: ContentBlock): ContentBlock {
  if (!isRecord(block)) return block
  const clean = withoutNulls(block)
  if (!PARTS.some((name) => name in clean)) return clean
  const parts = PARTS.flatMap((name) => {
    const part: unknown = Reflect.get(clean, name)
    const cleaned = Array.isArray(part) ? part.map(cleanPart) : cleanPart(part)
    return cleaned === part ? [] : [[name, cleaned] as const]
  })
  return parts.length === 0 ? clean : { ...clean, ...Object.fromEntries(parts) }
}

function cleanPart(part: unknown): unknown {
  return isRecord(part) ? withoutNulls(part) : part
}

/** Whether this is a content block. MCP 2025-11-25, schema, ContentBlock. */
export function isContentBlock(block: unknown): block is ContentBlock {
  if (!isRecord(block) || !hasUsableExtras(block)) return false
  switch (block['type']) {
    case 'text':
      return typeof block['text'] === 'string'
    case 'image':
    case 'audio':
      return typeof block['data'] === 'string' && typeof block['mimeType'] === 'string'
    case 'resource_link':
      return (
        textProblem(block, { required: ['uri', 'name'], optional: ['title', 'description', 'mimeType'] }) ===
        null
      )
    case 'resource': {
      const { resource } = block
      return isRecord(resource) && isContents(resource)
    }
    default:
      return false
  }
}

/** Whether these are resource contents: a URI with text or bytes. MCP 2025-11-25, schema, TextResourceContents and BlobResourceContents. */
export function isContents(contents: Readonly<Record<string, unknown>>): boolean {
  const { text, blob } = contents
  return (
    textProblem(contents, { required: ['uri'], optional: ['mimeType', 'text', 'blob'] }) === null &&
    (text !== undefined || blob !== undefined) &&
    hasUsableExtras(contents)
  )
}

function hasUsableExtras({ annotations, _meta }: Readonly<Record<string, unknown>>): boolean {
  return (annotations === undefined || isRecord(annotations)) && (_meta === undefined || isRecord(_meta))
}
