/** The cells of a run: each workload, in each era, with each number of connections. */

import type { Measured } from '../measure.js'
import type { Era, ToolCount, Work, Workload } from '../workload.js'

export interface Cell extends Workload {
  readonly connections: number
}

/** The results of each variant in each cell, by round. */
export type Rounds = ReadonlyMap<string, readonly Measured[]>

const WORKS: readonly (readonly [Work, ToolCount])[] = [
  ['call', 30],
  ['call', 300],
  ['list', 30],
  ['list', 300],
  ['read', 30],
  ['mix', 30],
]
const ERAS: readonly Era[] = ['2025', '2026']
const CONNECTIONS: readonly number[] = [1, 16, 64]
export const CELLS: readonly Cell[] = WORKS.flatMap(([work, tools]) =>
  ERAS.flatMap((era) => CONNECTIONS.map((connections) => ({ work, tools, era, connections }))),
)

/** Such as `call-30-2025 16`. */
export function titleOf({ work, tools, era, connections }: Cell): string {
  return `${work}-${tools}-${era} ${connections}`
}

export function keyOf(variant: string, cell: Cell): string {
  return `${variant} ${titleOf(cell)}`
}

/** Each round begins with another variant, so that none is always the one after a pause. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const from = by % Math.max(1, items.length)
  return [...items.slice(from), ...items.slice(0, from)]
}
