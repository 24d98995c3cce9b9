/** Checks and completes the result of a tool before it is stored or sent. */

import type { ContentBlock, ToolResult } from '../../adapters/tools.js'
import { isRecord } from '../../foundation/json/guards.js'
import { withoutNulls } from '../../foundation/json/host-values.js'
import { wellFormedJson } from '../../foundation/text/text.js'
import { cleanBlock, isContentBlock } from '../request/host-items.js'
import { isLonger, isSurelyShort } from '../request/output-limit.js'

/**
 * Returns the result with content and with well-formed text; `null` when it is more than `maxBytes` of JSON. Throws a TypeError for anything
 * that is not a tool result. MCP 2025-11-25, server/tools, Tool Result.
 */
export function completeResult(result: ToolResult, maxBytes: number): ToolResult | null {
  if (!isRecord(result)) throw new TypeError('the tool gave no result object')
  const given: ToolResult = withoutNulls(result)
  const { structuredContent, isError } = given
  const content = Array.isArray(given.content) ? given.content.map(cleanBlock) : given.content
  if (structuredContent !== undefined && !isRecord(structuredContent))
    throw new TypeError('structuredContent must be an object')
  if (content !== undefined && !(Array.isArray(content) && content.every(isContentBlock))) {
    throw new TypeError('content must be a list of text, image, audio, resource_link or resource blocks')
  }
  if (isError !== undefined && typeof isError !== 'boolean')
    throw new TypeError('isError must be true or false')
  const complete = { ...given, content: content ?? textOf(structuredContent) }
  return isPlainText(complete, maxBytes) ? complete : wellFormed(complete, maxBytes)
}

/** The result as it can be sent and stored. Throws for cycles and big integers. */
function wellFormed(complete: ToolResult, maxBytes: number): ToolResult | null {
  const json = JSON.stringify(complete)
  if (isLonger(json, maxBytes)) return null
  const whole = wellFormedJson(json)
  return whole === json ? complete : JSON.parse(whole)
}

/** Structured content is also sent as text, for clients that know only text. MCP 2025-11-25, server/tools, Structured Content. */
function textOf(structuredContent: unknown): readonly ContentBlock[] {
  return structuredContent === undefined
    ? []
    : [{ type: 'text', text: wellFormedJson(JSON.stringify(structuredContent)) }]
}

/** Whether the result is one well-formed text, so short that its JSON need not be measured. */
function isPlainText(complete: ToolResult, maxBytes: number): boolean {
  const [block, ...more] = complete.content ?? []
  return (
    more.length === 0 &&
    block?.type === 'text' &&
    Object.keys(block).every((member) => member === 'type' || member === 'text') &&
    Object.keys(complete).length === 1 &&
    isSurelyShort(block.text, maxBytes) &&
    block.text.isWellFormed()
  )
}
