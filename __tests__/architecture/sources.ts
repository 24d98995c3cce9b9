/** The library's sources, parsed, for tests about them. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parseSync } from '@swc/core'

export interface Source {
  /** Below lib/, such as `mcp/router.ts`. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
}

interface Import {
  /** A path below lib/, or the name of a package. */
  readonly target: string
  readonly local: boolean
  readonly typeOnly: boolean
}

const IMPORT = /^(?:import|export) (type )?(?:[^'"]*?from )?'([^']+)'/gm
const LATE_IMPORT = /()\bimport\('([^']+)'\)/g

export function readSources(root = 'lib'): readonly Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const imports = [...text.matchAll(IMPORT), ...text.matchAll(LATE_IMPORT)].map(([, type, from = '']) => {
        const local = from.startsWith('.')
        const target = local ? normalize(join(dirname(path), from)).replace(/\.js$/, '.ts') : from
        return { target, local, typeOnly: type?.startsWith('type') ?? false }
      })
      return { path, text, lines: text.trimEnd().split('\n').length, imports }
    })
}

interface Node {
  readonly type?: string
  readonly span?: { readonly start: number; readonly end: number }
  readonly [key: string]: unknown
}

/** Every node of a source's syntax tree, with the line it begins and ends on. */
export function nodesOf({ text }: Source): readonly {
  readonly node: Node
  readonly from: number
  readonly to: number
  readonly code: string
}[] {
  const bytes = Buffer.from(text)
  const tree = parseSync(text, { syntax: 'typescript', target: 'es2022' }) as unknown as Node
  // swc counts on over all sources of a process, and leaves leading comments out.
  const offset = (tree.span?.end ?? 0) - Buffer.byteLength(text.trimEnd())
  const found: { node: Node; from: number; to: number; code: string }[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const node = value as Node
    if (typeof node.type === 'string' && node.span !== undefined) {
      const start = node.span.start - offset
      const end = node.span.end - offset
      const line = (at: number) => bytes.subarray(0, Math.max(0, at)).toString().split('\n').length
      found.push({
        node,
        from: line(start),
        to: line(end),
        code: bytes.subarray(Math.max(0, start), end).toString(),
      })
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(tree)
  return found
}
