/** Who is measured. A variant is a program that listens on loopback and tells its port; whoever adds one adds a line here. */

import type { Era, Work, Workload } from './workload.js'

export interface Variant {
  readonly name: string
  /** `floor` and `base` answer fixed bytes; ours is compared with the base and with every peer. */
  readonly role: 'floor' | 'base' | 'ours' | 'peer'
  readonly label: string
  /** Below bench/ for plain JavaScript, below .build/bench/ for what is compiled. */
  readonly program: {
    readonly folder: 'bench' | 'build'
    readonly file: string
    readonly args: readonly string[]
  }
  readonly eras: readonly Era[]
  readonly works: readonly Work[]
  readonly toolCounts: readonly number[]
}

const BOTH: readonly Era[] = ['2025', '2026']
const ALL: readonly Work[] = ['call', 'list', 'read', 'mix']

export const EXPRESS = fixed('express', 'base', 'bare Express 5, `express.json()` and `res.json()`')
export const OURS: Variant = {
  name: 'allv-mcp',
  role: 'ours',
  label: 'allv-mcp, everything on, in-memory stores',
  program: { folder: 'build', file: 'servers/ours.js', args: ['memory'] },
  eras: BOTH,
  works: ALL,
  toolCounts: [30, 300],
}

/** What of the numbers above is Express's. */
export const OURS_BARE: Variant = {
  ...OURS,
  name: 'allv-mcp-bare',
  label: 'allv-mcp the same, as a plain `node:http` handler',
  program: { folder: 'build', file: 'servers/ours.js', args: ['memory', '{}', 'node'] },
}

export const DURABLE: Variant = {
  ...OURS,
  name: 'allv-mcp-postgres',
  label: 'allv-mcp, runs and audit in PostgreSQL, group commit',
  program: { folder: 'build', file: 'servers/ours.js', args: ['postgres', '{"tools":30}'] },
}
export const DURABLE_SINGLY: Variant = {
  ...OURS,
  name: 'allv-mcp-postgres-singly',
  label: 'allv-mcp, runs and audit in PostgreSQL, a statement for each write',
  program: { folder: 'build', file: 'servers/ours.js', args: ['postgres-singly', '{"tools":30}'] },
}

export const VARIANTS: readonly Variant[] = [
  fixed('node', 'floor', 'bare `node:http`'),
  EXPRESS,
  OURS,
  OURS_BARE,
  peer('v1-recipe', 'v1 SDK, `McpServer` and transport for each request', ['2025']),
  peer('v2-recipe', 'v2 SDK, `createMcpHandler`', BOTH),
  peer('mcp-handler', '`mcp-handler`', BOTH),
  peer('fastmcp', '`fastmcp`, stateless', ['2025']),
  better(peer('v1-recipe', 'v1 SDK, its schemas made once', ['2025']), 'once', [30, 300]),
  better(peer('v2-recipe', 'v2 SDK, its schemas made once', BOTH), 'once', [30, 300]),
  better(peer('mcp-handler', '`mcp-handler`, its schemas made once', BOTH), 'once', [30, 300]),
  better(peer('fastmcp', '`fastmcp`, answering in JSON', ['2025']), 'json', [30]),
]

export function canServe({ eras, works, toolCounts }: Variant, { era, work, tools }: Workload): boolean {
  return eras.includes(era) && works.includes(work) && toolCounts.includes(tools)
}

function fixed(name: 'express' | 'node', role: Variant['role'], label: string): Variant {
  return {
    name,
    role,
    label,
    program: { folder: 'build', file: 'servers/fixed.js', args: [name] },
    eras: BOTH,
    works: ALL,
    toolCounts: [30, 300],
  }
}

/** As its documentation has it. With 300 tools one answer would take tens of milliseconds. */
function peer(name: string, label: string, eras: readonly Era[]): Variant {
  return {
    name,
    role: 'peer',
    label,
    program: { folder: 'bench', file: `peers/${name}.mjs`, args: [] },
    eras,
    works: ALL,
    toolCounts: [30],
  }
}

/** As one who has read its source would have it. */
function better(variant: Variant, arg: string, toolCounts: Variant['toolCounts']): Variant {
  const { name, program } = variant
  return { ...variant, name: `${name}-${arg}`, program: { ...program, args: [arg] }, toolCounts }
}
