/** The fenced blocks of the documents: README.md, and everything below docs/ that people wrote. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Snippet {
  /** The document, such as `docs/guide/events.md`. */
  readonly document: string
  /** The line of the fence. */
  readonly line: number
  /** The first word of the fence: `ts`, `sh`, `json`, … */
  readonly language: string
  readonly text: string
  /** `file=server.ts` of the fence: other snippets of the document import it by this name. */
  readonly file: string | null
  /** `no-run="why"` of the fence. */
  readonly noRun: string | null
  /** `packages=nestjs` of the fence: it needs the packages of `docs/hosts/nestjs/`, and another test compiles and runs it. */
  readonly packages: string | null
  /** `waits=name` of a command that answers only after a later command. */
  readonly waits: string | null
  /** `answers=name` of the answer to that command. */
  readonly answers: string | null
}

/** Folders of docs/ that hold no documents of ours. */
const FOREIGN = /(^|\/)(node_modules|api|\.vitepress)\//

export function readDocuments(): readonly string[] {
  const below = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !FOREIGN.test(name))
    .map((name) => join('docs', name))
  return ['README.md', ...below.sort()]
}

export function readSnippets(document: string): readonly Snippet[] {
  const text = readFileSync(document, 'utf8')
  return [...text.matchAll(/^( *)```(\w+)([^\n]*)\n([\s\S]*?)^\1```$/gm)].map((found) => {
    const [, indent = '', language = '', info = '', code = ''] = found
    return {
      document,
      line: text.slice(0, found.index).split('\n').length,
      language,
      text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      file: /\bfile=([\w./-]+)/.exec(info)?.[1] ?? null,
      noRun: /\bno-run="([^"]+)"/.exec(info)?.[1] ?? null,
      packages: /\bpackages=([\w-]+)/.exec(info)?.[1] ?? null,
      waits: /\bwaits=([\w-]+)/.exec(info)?.[1] ?? null,
      answers: /\banswers=([\w-]+)/.exec(info)?.[1] ?? null,
    }
  })
}

/** Where a `ts` block is compiled: by its `file=`, so that others of the page import it, or else by its line. */
export function pathOf({ document, line, file }: Snippet): string {
  return join(document.replace(/\.md$/, ''), file ?? `line-${line}.ts`)
}
