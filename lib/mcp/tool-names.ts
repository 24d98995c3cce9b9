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
  if (naming === 'canonical') return new Map(tools.map(({ name }) => [name, name]))
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

/** Finds a tool by its canonical or its portable name, whichever of them is listed. */
export function findTool(tools: readonly ToolDefinition[], name: string): ToolDefinition | undefined {
  const exact = tools.find((tool) => tool.name === name)
  if (exact !== undefined) return exact
  const names = listedNames(tools, 'portable')
  return tools.find((tool) => names.get(tool.name) === name)
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
