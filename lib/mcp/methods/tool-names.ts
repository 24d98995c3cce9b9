/**
 * Makes portable tool names, which every client accepts. Cursor drops names with characters other than letters, digits and underscores,
 * other clients refuse the whole list, and some add the server's name to the length.
 */

import type { ToolDefinition } from '../../adapters/tools.js'
import { digestText } from '../../foundation/crypto/digest.js'

const MAX_LENGTH = 60
const SUFFIX_LENGTH = 6
/** Put before a name that does not begin with a letter. */
const PREFIX = 'tool'

/** Whether tools are listed under portable names or under those that the host chose. */
export type ToolNaming = 'portable' | 'canonical'

/** Maps canonical names to the names in the tool list. */
export function listedNames(
  tools: readonly ToolDefinition[],
  naming: ToolNaming,
): ReadonlyMap<string, string> {
  return naming === 'canonical' ? new Map(tools.map(({ name }) => [name, name])) : indexOf(tools).portable
}

/** Finds a tool by its canonical or its portable name. Both work, whichever is listed. */
export function findTool(tools: readonly ToolDefinition[], name: string): ToolDefinition | undefined {
  return indexOf(tools).byName.get(name)
}

interface Index {
  readonly portable: ReadonlyMap<string, string>
  /** Tools by portable and by canonical name. A canonical name takes precedence. */
  readonly byName: ReadonlyMap<string, ToolDefinition>
}

/** Cached for frozen lists only: they belong to a catalogue, so neither they nor their tools change. */
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
  const names = new Set(tools.map(({ name }) => name))
  const plain = new Map([...names].map((name) => [name, plainName(name)]))
  const users = countOf(plain.values())
  // A name that needs no change stays. A changed name gets a suffix if it is not unique, or if the original has no letter or digit.
  const keeps = (name: string, short: string) =>
    short.length <= MAX_LENGTH && (short === name || (users.get(short) === 1 && /[A-Za-z0-9]/.test(name)))
  const portable = new Map([...plain].filter(([name, short]) => keeps(name, short)))
  const rest = [...plain].filter(([name]) => !portable.has(name))
  return new Map([...portable, ...suffixedNames(rest, new Set(portable.values()))])
}

/** Adds a part of the name's digest, a longer one if the result is taken. So names do not depend on the order of the list. */
function suffixedNames(
  unnamed: readonly (readonly [string, string])[],
  taken: ReadonlySet<string>,
  length = SUFFIX_LENGTH,
): readonly (readonly [string, string])[] {
  if (unnamed.length === 0) return []
  const named = unnamed.map(([name, plain]) => ({ name, plain, listed: suffixed(plain, name, length) }))
  const users = countOf(named.map(({ listed }) => listed))
  const isFree = ({ listed }: { readonly listed: string }) => users.get(listed) === 1 && !taken.has(listed)
  const free = named.filter(isFree)
  const rest = named.filter((one) => !isFree(one)).map(({ name, plain }) => [name, plain] as const)
  const now = new Set([...taken, ...free.map(({ listed }) => listed)])
  return [...free.map(({ name, listed }) => [name, listed] as const), ...suffixedNames(rest, now, length + 1)]
}

function countOf(names: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Letters, digits and single underscores, with a letter first: Gemini refuses the whole list if one name begins with a digit. */
function plainName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
  return /^[A-Za-z]/.test(plain) ? plain : `${PREFIX}_${plain}`.replace(/_$/, '')
}

function suffixed(plain: string, name: string, length: number): string {
  const suffix = digestText(name).slice(0, length)
  return `${plain.slice(0, MAX_LENGTH - length - 1).replace(/_+$/, '')}_${suffix}`
}
