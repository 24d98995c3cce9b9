/** Ready-made tool results. What these functions made is told from a tool's own output by identity, never by its shape. */

import type { ContentBlock, ToolResult } from '../adapters/tools.js'

const made = new WeakSet<object>()

/** A failure that the caller should read: the message goes out as it is, so it must hold nothing internal. */
export function toolError(message: string): ToolResult {
  return toolResult({ isError: true, content: [{ type: 'text', text: message }] })
}

/** A whole result, for tools that answer more than text or their typed output. */
export function toolResult(result: ToolResult): ToolResult {
  const copy = Object.freeze({ ...result })
  made.add(copy)
  return copy
}

export function isToolResult(value: unknown): value is ToolResult {
  return typeof value === 'object' && value !== null && made.has(value)
}

export function textBlock(text: string): ContentBlock {
  return { type: 'text', text }
}
