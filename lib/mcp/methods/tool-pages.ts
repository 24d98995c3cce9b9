/** Caches the pages of `tools/list` with their JSON text, for lists that cannot change. */

import type { ToolDefinition } from '../../adapters/tools.js'
import { withText } from '../http/rendered-json.js'
import { toWireTool, type WireObject } from './results.js'
import { listedNames, type ToolNaming } from './tool-names.js'

/** By list and first tool of the page. A frozen list belongs to one runtime, which has one naming and one page size. */
const pages = new WeakMap<readonly ToolDefinition[], Map<string, readonly WireObject[]>>()

/** The `Tool` objects of one page. */
export function toolPage(
  tools: readonly ToolDefinition[],
  items: readonly ToolDefinition[],
  naming: ToolNaming,
): readonly WireObject[] {
  const first = items[0]?.name ?? ''
  const known = pages.get(tools)?.get(first)
  if (known !== undefined) return known
  const names = listedNames(tools, naming)
  const page = items.map((tool) => toWireTool(tool, names.get(tool.name) ?? tool.name))
  if (!Object.isFrozen(tools)) return page
  const kept = pages.get(tools) ?? new Map<string, readonly WireObject[]>()
  pages.set(tools, kept.set(first, withText(page)))
  return page
}
