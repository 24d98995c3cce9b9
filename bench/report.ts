/** Writes bench/RESULTS.md. It has one section for each mode, and a new run replaces the section of its mode. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { median, range } from './statistics.js'

const FILE = 'bench/RESULTS.md'
const HEAD = `# Results

Written by \`npm run bench\`. What is measured, how, and why it is built so: [README.md](README.md). Ratios are of one run on one machine;
absolute numbers are of no use elsewhere.
`
const ORDER = ['durable', 'throughput', 'latency', 'growth', 'soak', 'import', 'start', 'streams']
/** The newest first, since hosts should use it. */
const NODES = ['24', '22', '20']
const NODE = process.versions.node.split('.')[0] ?? ''

export function writeSection(name: string, title: string, lines: readonly string[]): void {
  const sections = readSections()
  const key = `${name} node ${NODE}`
  sections.set(
    key,
    [`<!-- ${key} -->`, `## ${title}, Node ${NODE}`, '', machine(), '', ...lines, `<!-- end -->`].join('\n'),
  )
  const ordered = [...sections].sort(([a], [b]) => placeOf(a) - placeOf(b))
  writeFileSync(FILE, `${HEAD}\n${ordered.map(([, text]) => text).join('\n\n')}\n`)
}

function placeOf(key: string): number {
  const [name = '', , node = ''] = key.split(' ')
  return NODES.indexOf(node) * ORDER.length + ORDER.indexOf(name)
}

function readSections(): Map<string, string> {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : ''
  return new Map(
    [...text.matchAll(/<!-- ([a-z]+ node \d+) -->\n[\s\S]*?<!-- end -->/g)].map(([whole, name = '']) => [
      name,
      whole,
    ]),
  )
}

function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${model}), ${memory} GB, ${process.platform}, Node ${process.version}.`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

/** The median of the rounds, with the lowest and the highest. */
export function spread(values: readonly number[], digits = 2): string {
  if (values.length === 0) return '-'
  const [low, high] = range(values)
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

export function show(values: readonly number[], digits = 2): string {
  return values.length === 0 ? '-' : median(values).toFixed(digits)
}
