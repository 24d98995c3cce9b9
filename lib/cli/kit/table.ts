/** Writes rows as a table for people. What was stored may come from anybody, so control characters never reach the terminal. */

import { cleanName } from '../../foundation/text/text.js'

const MOST_CHARACTERS = 2000

/** One row for each line, columns two blanks apart, the titles first. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows].map((row) => row.map(shown))
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** A text of a row, or of the command line, as one line without control and bidi characters. */
export function shown(text: string): string {
  return cleanName(text, MOST_CHARACTERS)
}

/** A time for people, in UTC, to the minute. */
export function shownTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
