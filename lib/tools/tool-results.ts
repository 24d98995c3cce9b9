/** Ready-made tool results. What these functions made is told from a tool's own output by identity, never by its shape. */

import type { JsonObject } from '../adapters/json.js'
import type { ContentBlock, ToolResult } from '../adapters/tools.js'
import { isJsonObject } from '../json-guards.js'
import type { CompiledSchema } from './schema.js'

const made = new WeakSet<object>()

/** A failure that the caller should read: the message goes out as it is, so it must hold nothing internal. */
export function toolError(message: string): ToolResult {
  return toolResult({ isError: true, content: [textBlock(message)] })
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

/** The result of what a tool's `run` returned. Throws a TypeError for what the tool did not promise: that is the tool's failure. */
export function toResult(
  name: string,
  returned: unknown,
  gives: CompiledSchema | null,
): ToolResult | Promise<ToolResult> {
  if (isToolResult(returned)) return returned
  if (gives !== null) return toStructured(name, returned, gives)
  if (returned === undefined) return { content: [] }
  if (typeof returned === 'string') return { content: [textBlock(returned)] }
  throw new TypeError(
    `the tool ${name} declares no output, so it must return text, a toolResult(…), an ask(…) or nothing`,
  )
}

async function toStructured(name: string, returned: unknown, gives: CompiledSchema): Promise<ToolResult> {
  const parsed = await gives.parse(returned)
  if ('problems' in parsed)
    throw new TypeError(
      `the tool ${name} returned a value that does not fit its output: ${parsed.problems.join('; ')}`,
    )
  return { structuredContent: asObject(name, parsed.value) }
}

/** As JSON will carry it, so that it is checked and kept as it is sent. */
function asObject(name: string, value: unknown): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
  if (!isJsonObject(copy)) throw new TypeError(`the tool ${name} returned a value that is no object`)
  return copy
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text }
}
