/** Ready-made tool results. What these functions made is told from a tool's own output by identity, never by its shape. */

import type { ContentBlock, ToolResult } from '../adapters/tools.js'
import { isJsonObject } from '../foundation/json/guards.js'
import type { JsonObject } from '../foundation/json/json.js'
import { unusableOutput } from '../foundation/json/output-marks.js'
import { textOf } from './parse.js'
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

function isToolResult(value: unknown): value is ToolResult {
  return typeof value === 'object' && value !== null && made.has(value)
}

/** The result of what a tool's `run` returned. Throws a TypeError for what the tool did not promise; it ran all the same, and the error says so. */
export function toResult(
  name: string,
  returned: unknown,
  gives: CompiledSchema | null,
): ToolResult | Promise<ToolResult> {
  if (isToolResult(returned)) return gives === null ? returned : toTyped(name, returned, gives)
  if (gives !== null) return toStructured(name, returned, gives)
  if (returned === undefined) return { content: [] }
  if (typeof returned === 'string') return { content: [textBlock(returned)] }
  throw unusableOutput(
    `the tool ${name} declares no output, so it must return text, a toolResult(…), an ask(…) or nothing`,
  )
}

/** Structured content is the tool's output, however it is returned. A failure may hold anything. */
async function toTyped(name: string, given: ToolResult, gives: CompiledSchema): Promise<ToolResult> {
  if (given.isError === true || given.structuredContent === undefined) return given
  const { structuredContent } = await toStructured(name, given.structuredContent, gives)
  return { ...given, structuredContent }
}

async function toStructured(
  name: string,
  returned: unknown,
  gives: CompiledSchema,
): Promise<Required<Pick<ToolResult, 'structuredContent'>>> {
  const structuredContent = asObject(name, await parsedBy(name, returned, gives))
  gives.made?.add(structuredContent)
  return { structuredContent }
}

async function parsedBy(name: string, returned: unknown, gives: CompiledSchema): Promise<unknown> {
  const parsed = await attempt(name, () => gives.parse(returned))
  if (!('issues' in parsed)) return parsed.value
  throw unusableOutput(
    `the tool ${name} returned a value that does not fit its output: ${parsed.issues.map(textOf).join('; ')}`,
  )
}

/** As JSON will carry it, so that it is kept as it is sent. */
function asObject(name: string, value: unknown): JsonObject {
  let copy: unknown
  try {
    copy = JSON.parse(JSON.stringify(value) ?? 'null')
  } catch (cause) {
    throw unusableOutput(`the tool ${name} returned a value that JSON cannot say`, cause)
  }
  if (!isJsonObject(copy)) throw unusableOutput(`the tool ${name} returned a value that is no object`)
  return copy
}

async function attempt<T>(name: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw unusableOutput(`the output schema of the tool ${name} threw`, cause)
  }
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text }
}
