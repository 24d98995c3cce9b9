/** The table of measured servers. A variant is a program that listens on loopback and sends its port to the parent process. */

import type { Era, Work, Workload } from './workload.js'

export interface Variant {
  readonly name: string
  /** `floor` and `base` send fixed bytes. `ours` is compared with the base and with every peer. */
  readonly role: 'floor' | 'base' | 'ours' | 'peer'
  readonly label: string
  /** In bench/ for plain JavaScript, in .build/bench/ for compiled programs. */
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

/** The part of the numbers that is the cost of Express. */
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

/** Used as its documentation says. With 300 tools, one response would take tens of milliseconds. */
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

/** Used in the fastest way that its source allows. */
function better(variant: Variant, arg: string, toolCounts: Variant['toolCounts']): Variant {
  const { name, program } = variant
  return { ...variant, name: `${name}-${arg}`, program: { ...program, args: [arg] }, toolCounts }
}
