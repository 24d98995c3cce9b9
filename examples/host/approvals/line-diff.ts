/** What differs between two texts, line by line, as a person reads it. */

import { structuredPatch } from 'diff'

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Lines that follow each other, and how many unchanged ones were left out before them. */
interface DiffPart {
  readonly skipped: number
  readonly lines: readonly DiffLine[]
}

export interface LineDiff {
  readonly parts: readonly DiffPart[]
  /** How many unchanged lines follow the last part. */
  readonly skipped: number
  /** The line break at the very end, which no line shows, is what came or went. */
  readonly lastBreak: 'same' | 'added' | 'removed'
}

/** Two long texts that have nothing in common would keep the process busy; past this many edits they are shown one after the other. */
const MOST_EDITS = 1000

export function lineDiff(before: string, after: string): LineDiff {
  const lastBreak = breakBetween(before, after)
  const options = { context: 3, maxEditLength: MOST_EDITS }
  const patch = structuredPatch('', '', closed(before), closed(after), undefined, undefined, options)
  if (patch === undefined)
    return { parts: [{ skipped: 0, lines: wholly(before, after) }], skipped: 0, lastBreak }
  let next = 1
  const parts = patch.hunks.map(({ oldStart, oldLines, lines }) => {
    const skipped = oldStart - next
    next = oldStart + oldLines
    return { skipped, lines: lines.map(toLine) }
  })
  return { parts, skipped: linesOf(before).length + 1 - next, lastBreak }
}

/** Otherwise what is appended to a last line without a line break would seem to change that line. */
function closed(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function toLine(line: string): DiffLine {
  const text = line.slice(1)
  if (line.startsWith('+')) return { kind: 'added', text }
  return { kind: line.startsWith('-') ? 'removed' : 'same', text }
}

function wholly(before: string, after: string): readonly DiffLine[] {
  const as = (kind: DiffLine['kind']) => (text: string) => ({ kind, text })
  return [...linesOf(before).map(as('removed')), ...linesOf(after).map(as('added'))]
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function breakBetween(before: string, after: string): LineDiff['lastBreak'] {
  if (before === '' || after === '' || before.endsWith('\n') === after.endsWith('\n')) return 'same'
  return after.endsWith('\n') ? 'added' : 'removed'
}
