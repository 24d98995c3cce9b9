/**
 * Portable tool names: what every client takes. Cursor drops names with anything but letters, digits and underscores, others refuse
 * the whole list, and several count the server's name in.
 */

import type { ToolDefinition } from '../adapters/tools.js'
import { digestText } from '../digest.js'

const MAX_LENGTH = 60
const SUFFIX_LENGTH = 6

export type ToolNaming = 'portable' | 'canonical'

/** The names under which these tools are listed, by canonical name. */
export function listedNames(
  tools: readonly ToolDefinition[],
  naming: ToolNaming,
): ReadonlyMap<string, string> {
  return naming === 'canonical' ? new Map(tools.map(({ name }) => [name, name])) : indexOf(tools).portable
}

/** Finds a tool by its canonical or its portable name, whichever of them is listed. */
export function findTool(tools: readonly ToolDefinition[], name: string): ToolDefinition | undefined {
  return indexOf(tools).byName.get(name)
}

interface Index {
  readonly portable: ReadonlyMap<string, string>
  /** By portable names, and by canonical ones, which win. */
  readonly byName: ReadonlyMap<string, ToolDefinition>
}

/** Frozen lists are those of a catalogue: neither they nor their tools change. */
const indexes = new WeakMap<readonly ToolDefinition[], Index>()

function indexOf(tools: readonly ToolDefinition[]): Index {
  const known = indexes.get(tools)
  if (known !== undefined) return known
  const portable = portableNames(tools)
  const byName = new Map<string, ToolDefinition>()
  for (const tool of tools.toReversed()) byName.set(portable.get(tool.name) ?? tool.name, tool)
  for (const tool of tools.toReversed()) byName.set(tool.name, tool)
  const index = { portable, byName }
  if (Object.isFrozen(tools)) indexes.set(tools, index)
  return index
}

function portableNames(tools: readonly ToolDefinition[]): ReadonlyMap<string, string> {
  const users = new Map<string, number>()
  for (const { name } of tools) {
    const plain = plainName(name)
    users.set(plain, (users.get(plain) ?? 0) + 1)
  }
  return new Map(
    tools.map(({ name }) => {
      const plain = plainName(name)
      // A name that needed no change keeps itself; the others that would meet it step aside.
      const unique = plain === name || (users.get(plain) === 1 && plain.length <= MAX_LENGTH && plain !== '')
      return [name, unique && plain.length <= MAX_LENGTH ? plain : suffixed(plain, name)]
    }),
  )
}

/** Letters, digits and single underscores. */
function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
}

function suffixed(plain: string, name: string): string {
  const suffix = digestText(name).slice(0, SUFFIX_LENGTH)
  const stem = plain.slice(0, MAX_LENGTH - SUFFIX_LENGTH - 1).replace(/_+$/, '')
  return `${stem || 'tool'}_${suffix}`
}
