/** Reads the pages of docs/reference/, for tests that compare them with the code. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Section {
  readonly title: string
  /** The number of `#`. */
  readonly level: number
  /** All up to the next heading of any level. */
  readonly text: string
}

export function readPage(name: string): string {
  return readFileSync(join('docs', 'reference', name), 'utf8')
}

/** The sections of a page, by heading. Headings in code blocks do not count. */
export function sectionsOf(page: string): readonly Section[] {
  const parts = page.split(/^(#{1,6} .+)$/m)
  const sections: { title: string; level: number; text: string }[] = []
  for (let i = 1; i < parts.length; i += 2) {
    const [, marks = '', title = ''] = /^(#+) (.+)$/.exec(parts[i] ?? '') ?? []
    sections.push({ title: title.replaceAll('`', ''), level: marks.length, text: parts[i + 1] ?? '' })
  }
  return sections
}

/** The rows of all tables of a text, without their heads. Cells are trimmed. */
export function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n')
  return lines
    .filter((line, i) => line.startsWith('|') && !/^\| ---/.test(line) && !/^\| ---/.test(lines[i + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )
}

/** The text between the first pair of backticks. */
export function codeIn(cell: string): string {
  return /`([^`]+)`/.exec(cell)?.[1] ?? ''
}

/** The members of an exported interface or type literal of a source, in order, with those that have a `?`. */
export function membersOf(
  path: string,
  name: string,
): readonly { readonly name: string; readonly optional: boolean }[] {
  const source = readFileSync(path, 'utf8')
  const body =
    new RegExp(`^(?:export )?interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1] ?? ''
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)(\?)?[:(<]/gm)].map(([, member = '', mark]) => ({
    name: member,
    optional: mark !== undefined,
  }))
}
