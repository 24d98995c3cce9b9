/** Measures how long a fresh process takes to load the library, and the memory at that time, beside the SDKs. */

import { execFileSync } from 'node:child_process'
import { spread, table, writeSection } from '../report.js'

interface Loaded {
  readonly ms: number
  /** Processor time of all threads, in milliseconds. */
  readonly cpuMs: number
  readonly resident: number
  readonly heap: number
}

/** As a program writes it, and how it is called in the table. */
const LOADS: readonly (readonly [string, string])[] = [
  ['`allv-mcp`', `await import('allv-mcp')`],
  ['`allv-mcp`, by `require`', `createRequire(import.meta.url)('allv-mcp')`],
  ['v1 SDK, `server/mcp.js`', `await import('@modelcontextprotocol/sdk/server/mcp.js')`],
  ['v2 SDK, `@modelcontextprotocol/server`', `await import('@modelcontextprotocol/server')`],
  ['Express 5', `await import('express')`],
]

const MEGABYTE = 2 ** 20

export function importing(rounds: number): void {
  const found = new Map<string, Loaded[]>()
  for (let round = 0; round < rounds; round += 1)
    for (const [label, load] of LOADS) found.set(label, [...(found.get(label) ?? []), loadOnce(load)])
  const rows = [...found].map(([label, loads]) => [
    label,
    spread(
      loads.map(({ ms }) => ms),
      0,
    ),
    spread(
      loads.map(({ cpuMs }) => cpuMs),
      0,
    ),
    spread(
      loads.map(({ resident }) => resident / MEGABYTE),
      0,
    ),
    spread(
      loads.map(({ heap }) => heap / MEGABYTE),
      1,
    ),
  ])
  const lines = [
    `A fresh process that loads one package, ${rounds} rounds in turn: median (lowest–highest).`,
    '',
    ...table(['', 'ms to load', 'processor ms', 'resident MB', 'heap MB'], rows),
  ]
  writeSection('import', 'Load', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function loadOnce(load: string): Loaded {
  const program = `
    import { createRequire } from 'node:module'
    const began = performance.now()
    const before = process.cpuUsage()
    ${load}
    const ms = performance.now() - began
    const { user, system } = process.cpuUsage(before)
    const cpuMs = (user + system) / 1000
    const { rss: resident, heapUsed: heap } = process.memoryUsage()
    process.stdout.write(JSON.stringify({ ms, cpuMs, resident, heap }))
  `
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  return JSON.parse(text)
}
