/** Checks what a host's lists gave: `null` means "not given", one malformed item is left out and reported, the rest keep working. */

import type { MemberContext } from '../../adapters/principal.js'
import type { ContentBlock } from '../../adapters/tools.js'
import { isRecord } from '../../foundation/json/guards.js'
import { listOf, withoutNulls } from '../../foundation/json/host-values.js'
import type { Runtime } from '../runtime/runtime.js'

interface Listed<T> {
  readonly given: readonly T[] | null | undefined
  /** The method that gave them, such as `prompts.list`. */
  readonly from: string
  /** What is wrong with an item, `null` for nothing. */
  readonly problemOf: (item: T) => string | null
}

export function usableItems<T extends object>(
  runtime: Runtime,
  { correlationId }: Pick<MemberContext, 'correlationId'>,
  { given, from, problemOf }: Listed<T>,
): readonly T[] {
  return listOf(given, from).flatMap((item) => {
    const clean = isRecord(item) ? withoutNulls(item) : item
    const problem = isRecord(item) ? problemOf(clean) : 'it is no object'
    if (problem === null) return [clean]
    const error = new TypeError(`${from} gave an item that is left out: ${problem}`)
    runtime.config.onError(error, { correlationId, code: 'INTERNAL' })
    return []
  })
}

/** The first of these members that is no text, in words. Required ones must be there. */
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

/** RFC 3986, section 3.1: it begins with a scheme. */
export function uriProblem(uri: string): string | null {
  return /^[a-z][a-z0-9+.-]*:./i.test(uri) ? null : 'its uri must be absolute, such as "crm:deals/1"'
}

export function dateProblem(value: unknown): string | null {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'its updatedAt must be a valid Date'
}

/** Members of blocks that have members of their own. Those of `_meta` are the host's. */
const PARTS = ['annotations', 'icons', 'resource'] as const

/** The block without members that are `null`, and the same of its parts: strict clients drop a whole answer for one. */
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

/** MCP 2025-11-25, schema, ContentBlock. */
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

/** A URI, and text or bytes. MCP 2025-11-25, schema, TextResourceContents and BlobResourceContents. */
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
