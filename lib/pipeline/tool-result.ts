/** Checks what a tool answered before anybody is shown it. */

import type { ContentBlock, ToolResult } from '../adapters/tools.js'
import { withoutNulls } from '../host-values.js'
import { isRecord } from '../json-guards.js'
import { cleanBlock, isContentBlock } from './host-items.js'

/** The result with its content filled in. Throws a TypeError for what is no tool result. MCP 2025-11-25, server/tools, Tool Result. */
export function completeResult(result: ToolResult): Required<Pick<ToolResult, 'content'>> & ToolResult {
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
  // Throws for what cannot be sent or kept: cycles, big integers. A text alone can.
  if (!isPlainText(complete)) JSON.stringify(complete)
  return complete
}

/** Structured content goes out as text too, for clients that know only text. MCP 2025-11-25, server/tools, Structured Content. */
function textOf(structuredContent: unknown): readonly ContentBlock[] {
  return structuredContent === undefined ? [] : [{ type: 'text', text: JSON.stringify(structuredContent) }]
}

function isPlainText(complete: ToolResult): boolean {
  const [block, ...more] = complete.content ?? []
  return more.length === 0 && isText(block) && Object.keys(complete).length === 1
}

function isText(block: ContentBlock | undefined): boolean {
  return (
    block?.type === 'text' && Object.keys(block).every((member) => member === 'type' || member === 'text')
  )
}
