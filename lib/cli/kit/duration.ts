/** Reads a length of time, such as `90d`. */

import { UsageError } from './failures.js'

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
const MOST_MS = 3650 * 86_400_000

/** Milliseconds, at most ten years. Throws a UsageError for anything but a whole number with `s`, `m`, `h` or `d`. */
export function readDuration(option: string, text: string, leastMs: number): number {
  const [, count = '', unit = ''] = /^(\d{1,10})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS.get(unit) ?? Number.NaN)
  if (ms >= leastMs && ms <= MOST_MS) return ms
  throw new UsageError(
    `--${option} must be a whole number with s, m, h or d, from ${leastMs / 1000}s to 3650d, such as 90d`,
  )
}
