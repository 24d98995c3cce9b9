/** Writes results: for people, for `--json`, for `--junit` and for annotations of GitHub. */

import { visibleText } from '../../foundation/text/text.js'
import type { VerifyResult } from './case.js'

const MARKS = { passed: '✓', failed: '✗', skipped: '-' } as const
const COLOURS = { passed: 32, failed: 31, skipped: 2 } as const

/** Writes one result as lines of text, with its group above the first of the group. */
export function createTextOutput(
  out: (text: string) => void,
  colours: boolean,
): (result: VerifyResult) => void {
  let group = ''
  return (result) => {
    if (result.group !== group) {
      out(`${group === '' ? '' : '\n'}${result.group}\n`)
      group = result.group
    }
    const { status, title, message, cure } = result
    const mark = colours ? `\u001B[${COLOURS[status]}m${MARKS[status]}\u001B[0m` : MARKS[status]
    out(`  ${mark} ${title}${status === 'skipped' ? ` (skipped: ${visibleText(message ?? '')})` : ''}\n`)
    if (status !== 'failed') return
    // What a store says may come from anybody, and must not steer the terminal.
    out(indented(`what: ${visibleText(message ?? '')}`))
    out(indented(`cure: ${cure}`))
  }
}

/** Lines of a message that are shown. The whole of it is in the JSON. */
const MOST_LINES = 20

function indented(text: string): string {
  const lines = text.split('\n')
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines
  return shown.map((line) => `      ${line}\n`).join('')
}

/** The counts. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export function countsOf(results: readonly VerifyResult[]): Counts {
  const of = (status: VerifyResult['status']) => results.filter((one) => one.status === status).length
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') }
}

/** The last line, by which a CI and its reader see how it went. */
export function lastLine({ passed, failed, skipped }: Counts): string {
  return `verify: ${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** One annotation for each failure. https://docs.github.com/actions: workflow commands. */
export function githubLines(results: readonly VerifyResult[]): string {
  return results
    .filter(({ status }) => status === 'failed')
    .map(({ group, title, message, cure }) => {
      const text = `${title}: ${message ?? ''}\ncure: ${cure ?? ''}`
      return `::error title=${property(`allv-mcp verify, ${group}`)}::${data(text)}\n`
    })
    .join('')
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** The report that most CI systems read. */
export function junitReport(results: readonly VerifyResult[]): string {
  const { failed, skipped } = countsOf(results)
  const cases = results.map(
    (result) =>
      `  <testcase classname="${xml(result.group)}" name="${xml(result.title)}" time="${result.ms / 1000}">${detailOf(result)}</testcase>\n`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="allv-mcp verify" tests="${results.length}" failures="${failed}" skipped="${skipped}">\n${cases.join('')}</testsuite>\n`
}

function detailOf({ status, message, cure }: VerifyResult): string {
  const text = xml(message ?? '')
  if (status === 'skipped') return `<skipped message="${text}"/>`
  return status === 'failed' ? `<failure message="${text}">cure: ${xml(cure ?? '')}</failure>` : ''
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\n', '&#10;'],
])

/** XML 1.0 has no place for most control characters. */
function xml(text: string): string {
  const plain = [...text].filter((char) => char === '\n' || char === '\t' || char >= ' ').join('')
  return plain.replaceAll(/[&<>"\n]/g, (char) => ENTITIES.get(char) ?? char)
}
