/** Writes the report for people. A group in which all is well is one line, unless details were asked for. */

import { visibleText } from '../../foundation/text/text.js'
import type { Result } from './examination/examine.js'
import type { Status } from './kit/verdict.js'
import { summaryOf } from './report.js'

/** How to write. */
export interface Style {
  readonly colours: boolean
  readonly verbose: boolean
}

const MARKS = { pass: '✓', warn: '!', fail: '✗', skip: '-' } as const satisfies Record<Status, string>
/** Select graphic rendition: ECMA-48, section 8.3.117. */
const COLOURS = { pass: 32, warn: 33, fail: 31, skip: 90 } as const satisfies Record<Status, number>

/** The lines of one group. */
export function groupText(results: readonly Result[], style: Style): string {
  const [first] = results
  if (first === undefined) return ''
  const shown = style.verbose
    ? results
    : results.filter(({ status }) => status === 'warn' || status === 'fail')
  const head = `${mark(worstOf(results), style)} ${first.group}: ${countText(results)}\n`
  return head + shown.map((one) => resultText(one, style)).join('')
}

/** The last lines. */
export function endText(
  results: readonly Result[],
  { interrupted }: { readonly interrupted: boolean },
): string {
  const { pass, warn, fail, skip } = summaryOf(results)
  const counts = `${pass} passed, ${plural(warn, 'warning')}, ${fail} failed, ${skip} not checked.`
  const [first] = results.filter(({ status }) => status === 'fail')
  const missing = interrupted ? ' Interrupted.' : ''
  if (first !== undefined) return `\n${counts}${missing} Begin with ${first.id}.\n`
  const reasons = skip > 0 ? ' -v says why something was not checked.' : ''
  return `\n${counts}${missing}${reasons}\n`
}

function resultText(result: Result, style: Style): string {
  const { status, id, title, seen, expected, cure } = result
  const shown = oneLine(seen)
  if (status === 'pass' || status === 'skip') return `    ${mark(status, style)} ${id}: ${shown}\n`
  const lines = [
    `    ${mark(status, style)} ${id} (checks that ${title})`,
    `        seen:     ${shown}`,
    `        expected: ${oneLine(expected ?? '')}`,
    `        cure:     ${oneLine(cure ?? '')}`,
  ]
  return `${lines.join('\n')}\n`
}

/** A server must not write lines of its own into the report. */
function oneLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\\n')
}

function countText(results: readonly Result[]): string {
  const { pass, warn, fail, skip } = summaryOf(results)
  const parts = [
    ...(fail > 0 ? [`${fail} failed`] : []),
    ...(warn > 0 ? [plural(warn, 'warning')] : []),
    ...(pass > 0 ? [`${pass} passed`] : []),
    ...(skip > 0 ? [`${skip} not checked`] : []),
  ]
  return parts.join(', ')
}

function worstOf(results: readonly Result[]): Status {
  const order: readonly Status[] = ['fail', 'warn', 'pass']
  return order.find((status) => results.some((one) => one.status === status)) ?? 'skip'
}

function mark(status: Status, { colours }: Style): string {
  return colours ? `\u001b[${COLOURS[status]}m${MARKS[status]}\u001b[39m` : MARKS[status]
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
