/**
 * Reads headers that should have one value but may come twice, since a client or a proxy may add one that is there already. Equal copies
 * count as one value; different copies are invalid. RFC 9110, sections 5.2, 5.3 and 5.5.
 */

import type { IncomingHttpHeaders } from 'node:http'

/** The headers of a request, as Node parsed them and as they were sent. */
interface Lines {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
}

/** More copies than this are not accepted as one value. */
const MAX_COPIES = 8

/**
 * Without optional white space around it: SP and HTAB (RFC 9110, section 5.6.3). U+00A0 stays: it is a byte of a UTF-8 character or of a
 * wrong key.
 */
export function trimmed(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isSpace(value, start)) start += 1
  while (end > start && isSpace(value, end - 1)) end -= 1
  return end - start === value.length ? value : value.slice(start, end)
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

/**
 * The one value of a header. Different copies give the joined text, which the code that reads it refuses. An empty value counts as absent,
 * since clients send one when a configuration variable is unset. `name` is in lower case. `holdsCommas`: the value may contain commas but
 * no white space, so only a comma with white space separates two copies.
 */
export function singleValue(
  head: Lines,
  name: string,
  { holdsCommas = false }: { readonly holdsCommas?: boolean } = {},
): string | undefined {
  const joined = head.headers[name]
  if (typeof joined !== 'string') return undefined
  const value = trimmed(joined)
  if (value === '') return undefined
  if (!value.includes(',')) return value
  const once = (line: string) => (holdsCommas ? onceOf(line, true) : onceOf(withoutEmpty(line), false))
  const copies = new Set(linesOf(head, name).map(once))
  copies.delete('')
  const [copy] = copies
  return copies.size === 1 ? copy : value
}

/** All values that the header may have, the longest first: `a,a` may be one value or `a` twice. Empty if its lines differ. */
export function readingsOf(head: Lines, name: string): readonly string[] {
  const joined = head.headers[name]
  if (typeof joined !== 'string') return []
  if (!joined.includes(',')) return [trimmed(joined)]
  const [first = [], ...others] = linesOf(head, name).map((line) => repeatedIn(line, false))
  return first.filter((reading) => others.every((readings) => readings.includes(reading)))
}

/** The lines of a header as they were sent, trimmed. Node joins the lines of most headers and keeps only the first of a few. */
export function linesOf({ rawHeaders }: Lines, name: string): readonly string[] {
  const lines: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const lineName = rawHeaders[i] ?? ''
    if (lineName.length === name.length && lineName.toLowerCase() === name)
      lines.push(trimmed(rawHeaders[i + 1] ?? ''))
  }
  return lines
}

/** RFC 9110, section 5.6.1.2: empty elements of a list are ignored. */
function withoutEmpty(line: string): string {
  const parts = line.split(',')
  return parts.filter((part) => trimmed(part) !== '').join(',')
}

/** `v` of `v, v`, also if `v` contains commas. */
function onceOf(line: string, spaced: boolean): string {
  return repeatedIn(line, spaced).at(-1) ?? line
}

/** The values that a line contains one or more times, the longest first. */
function repeatedIn(line: string, spaced: boolean): readonly string[] {
  const parts = line.split(',')
  const repeated: string[] = []
  for (let copies = 1; copies <= Math.min(MAX_COPIES, parts.length); copies += 1) {
    const length = parts.length / copies
    if (!Number.isInteger(length)) continue
    const [first = '', ...others] = Array.from({ length: copies }, (_, i) =>
      parts.slice(i * length, (i + 1) * length).join(','),
    )
    let before = first
    const repeats = others.every((text) => {
      const divided = !spaced || isSpaced(before, text)
      before = text
      return divided && trimmed(text) === trimmed(first)
    })
    if (repeats) repeated.push(trimmed(first))
  }
  return repeated
}

function isSpaced(before: string, after: string): boolean {
  return isSpace(before, before.length - 1) || isSpace(after, 0)
}
