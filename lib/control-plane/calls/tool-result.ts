/** Checks what a tool answered before anybody is shown it. */

import type { ContentBlock, ToolResult } from '../../adapters/tools.js'
import { isRecord } from '../../foundation/json/guards.js'
import { withoutNulls } from '../../foundation/json/host-values.js'
import { wellFormedJson } from '../../foundation/text/text.js'
import { cleanBlock, isContentBlock } from '../request/host-items.js'
import { isLonger, isSurelyShort } from '../request/output-limit.js'

/**
 * The result with its content filled in and its text well-formed, or `null` where it is more than `mostBytes` of JSON. Throws a TypeError for
 * what is no tool result. MCP 2025-11-25, server/tools, Tool Result.
 */
export function completeResult(result: ToolResult, mostBytes: number): ToolResult | null {
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
  return isPlainText(complete, mostBytes) ? complete : written(complete, mostBytes)
}

/** Throws for what cannot be sent or kept: cycles, big integers. */
function written(complete: ToolResult, mostBytes: number): ToolResult | null {
  const json = JSON.stringify(complete)
  if (isLonger(json, mostBytes)) return null
  const whole = wellFormedJson(json)
  return whole === json ? complete : JSON.parse(whole)
}

/** Structured content goes out as text too, for clients that know only text. MCP 2025-11-25, server/tools, Structured Content. */
function textOf(structuredContent: unknown): readonly ContentBlock[] {
  return structuredContent === undefined
    ? []
    : [{ type: 'text', text: wellFormedJson(JSON.stringify(structuredContent)) }]
}

/** Whether it is one text, whole and so short that nobody need write it out to know that it can be sent. */
function isPlainText(complete: ToolResult, mostBytes: number): boolean {
  const [block, ...more] = complete.content ?? []
  return (
    more.length === 0 &&
    block?.type === 'text' &&
    Object.keys(block).every((member) => member === 'type' || member === 'text') &&
    Object.keys(complete).length === 1 &&
    isSurelyShort(block.text, mostBytes) &&
    block.text.isWellFormed()
  )
}
