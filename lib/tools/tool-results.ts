/** Makes tool results. Results from these functions are recognised by identity, so a tool's typed output may have the same shape. */

import type { ContentBlock, ToolResult } from '../adapters/tools.js'
import { isJsonObject, isRecord } from '../foundation/json/guards.js'
import type { JsonObject } from '../foundation/json/json.js'
import { unusableOutput } from '../foundation/json/output-marks.js'
import { sharedSet } from '../foundation/json/shared-marks.js'
import { textOf } from './parse.js'
import type { CompiledSchema } from './schema.js'

const made = sharedSet('results')

/**
 * A failure that the caller should read. The message is sent as it is, so it must have no internal details.
 *
 * @example
 * defineTool({
 *   name: 'deals.close',
 *   description: 'Closes a deal.',
 *   input: z.object({ id: z.string() }),
 *   run: async ({ id }) => ((await db.find('deals', { id })) === null ? toolError('there is no such deal') : 'closed'),
 * })
 */
export function toolError(message: string): ToolResult {
  return toolResult({ isError: true, content: [textBlock(message)] })
}

/**
 * A complete result, for tools that return more than text or their typed output.
 *
 * @example
 * const chart = toolResult({ content: [{ type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' }] })
 */
export function toolResult(result: ToolResult): ToolResult {
  if (!isRecord(result))
    throw new TypeError(
      "toolResult needs an object: toolResult({ content: [{ type: 'text', text: '…' }] }); a tool may also return a text itself",
    )
  const copy = Object.freeze({ ...result })
  made.add(copy)
  return copy
}

function isToolResult(value: unknown): value is ToolResult {
  return typeof value === 'object' && value !== null && made.has(value)
}

/** Converts what `run` returned to a result. Throws a TypeError for an invalid value. The error is marked, so that the caller learns that the tool ran. */
export function toResult(
  name: string,
  returned: unknown,
  output: CompiledSchema | null,
): ToolResult | Promise<ToolResult> {
  if (isToolResult(returned)) return output === null ? returned : toTyped(name, returned, output)
  if (output !== null) return toStructured(name, returned, output)
  if (returned === undefined) return { content: [] }
  if (typeof returned === 'string') return { content: [textBlock(returned)] }
  throw unusableOutput(
    `the tool ${name} declares no output, so it must return text, a toolResult(…), an ask(…) or nothing`,
  )
}

/** Structured content must be valid by the output schema in a `toolResult(…)` too, unless it is an error result. */
async function toTyped(name: string, given: ToolResult, output: CompiledSchema): Promise<ToolResult> {
  if (given.isError === true || given.structuredContent === undefined) return given
  const { structuredContent } = await toStructured(name, given.structuredContent, output)
  return { ...given, structuredContent }
}

async function toStructured(
  name: string,
  returned: unknown,
  output: CompiledSchema,
): Promise<Required<Pick<ToolResult, 'structuredContent'>>> {
  const structuredContent = toJsonObject(name, await parsedBy(name, returned, output))
  output.made?.add(structuredContent)
  return { structuredContent }
}

async function parsedBy(name: string, returned: unknown, output: CompiledSchema): Promise<unknown> {
  const parsed = await attempt(name, () => output.parse(returned))
  if (!('issues' in parsed)) return parsed.value
  throw unusableOutput(
    `the tool ${name} returned a value that does not fit its output: ${parsed.issues.map(textOf).join('; ')}`,
  )
}

/** The value after a JSON round trip, so that the run stores what the client gets. */
function toJsonObject(name: string, value: unknown): JsonObject {
  let copy: unknown
  try {
    copy = JSON.parse(JSON.stringify(value) ?? 'null')
  } catch (cause) {
    throw unusableOutput(`the tool ${name} returned a value that JSON cannot represent`, cause)
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
