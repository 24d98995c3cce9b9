/** Cleans text from outside so that it can be sent, stored and shown. No other file decides which characters are dangerous. */

/** Line separators, control characters, and characters that change the direction of the text around them. */
const UNFIT_FOR_NAMES = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
/** Invisible characters that change what a person reads, U+2800 included. Line breaks and tabs are visible. */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Cs}\u2800]|[^\P{Cc}\n\t]/gu

/** Printable ASCII, as nearly all names are. It needs no cleaning. */
const PLAIN = /^[ -~]*$/

const REPLACEMENT = '\ufffd'
const BACKSLASH = 0x5c
/** The upper six bits of a high and of a low surrogate. */
const HIGH = 0xd800 >>> 10
const LOW = 0xdc00 >>> 10
const SURROGATE_ESCAPE = '\\ud'
const SURROGATE = /^\\ud[89a-f]/
const PAIR = /^\\ud[89ab]..\\ud[c-f]..$/

/** `text` with U+FFFD in place of each lone surrogate. RFC 8259, section 8.2; RFC 7493, section 2.1. */
export function wellFormed(text: string): string {
  return text.toWellFormed()
}

/**
 * JSON text with U+FFFD in place of each lone surrogate in its strings and names. `JSON.stringify` writes only lone surrogates as
 * `\\ud83d`, so text without any costs one search. An escaped surrogate pair stays.
 */
export function wellFormedJson(json: string): string {
  let at = json.indexOf(SURROGATE_ESCAPE)
  if (at < 0) return json
  const parts: string[] = []
  let from = 0
  for (; at >= 0; at = json.indexOf(SURROGATE_ESCAPE, from)) {
    const escaped = isEscape(json, at, from) ? json.slice(at, at + 12) : ''
    const length = PAIR.test(escaped) ? 12 : SURROGATE.test(escaped) ? 6 : 3
    parts.push(json.slice(from, length === 6 ? at : at + length), length === 6 ? '\\ufffd' : '')
    from = at + length
  }
  parts.push(json.slice(from))
  return parts.join('')
}

/** Whether the backslash at `at` begins an escape, and is not the second of an escaped backslash. */
function isEscape(json: string, at: number, from: number): boolean {
  let before = at
  while (before > from && json.charCodeAt(before - 1) === BACKSLASH) before -= 1
  return (at - before) % 2 === 0
}

/** The first `most` UTF-16 units of `text`, or one less where that would split a surrogate pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const end = text.charCodeAt(most - 1) >>> 10 === 0xd800 >>> 10 ? most - 1 : most
  return text.slice(0, end)
}

/** Whether `text` has more than `most` characters, counted as JSON Schema and SQL count them: in code points. */
export function hasMoreCharacters(text: string, most: number): boolean {
  if (text.length <= most) return false
  if (text.length > 2 * most) return true
  let tooMany = text.length - most
  for (let i = 0; i < text.length && tooMany > 0; i += 1) {
    if (text.charCodeAt(i) >>> 10 !== HIGH || text.charCodeAt(i + 1) >>> 10 !== LOW) continue
    tooMany -= 1
    i += 1
  }
  return tooMany > 0
}

/**
 * Text for a log, a list or a text column: one line, well-formed, at most `most` UTF-16 units. Each control and bidi character becomes
 * U+FFFD. It is not removed, since then two names could become the same.
 */
export function cleanName(text: string, most: number): string {
  if (text.length <= most && PLAIN.test(text)) return text
  return cut(wellFormed(text), most).replace(UNFIT_FOR_NAMES, REPLACEMENT)
}

/** Text for a text column: well-formed, U+FFFD in place of NUL, at most `most` UTF-16 units. Line breaks stay. */
export function cleanText(text: string, most: number): string {
  return cut(wellFormed(text), most).replaceAll('\0', REPLACEMENT)
}

/** Whether a store can keep `text` unchanged: it is well-formed and holds no NUL. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/**
 * Text of an AI client for a person who decides on it. Invisible characters and those that change the text direction are written as escapes
 * such as `\u202e`, so that JSON text keeps its value.
 *
 * @example
 * const shown = visibleText(JSON.stringify(approval.arguments, null, 2))
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) =>
    Array.from({ length: character.length }, (_, i) => escapeOf(character.charCodeAt(i))).join(''),
  )
}

function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
