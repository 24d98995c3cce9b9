/** How long callers wait while the server is half busy: requests at even intervals, whether or not earlier ones are answered. */

import { recordAnswers } from '../answers-of-ours.js'
import { type Measured, measure } from '../measure.js'
import { startLoad, startServer } from '../processes.js'
import { spread, table, writeSection } from '../report.js'
import { median } from '../statistics.js'
import { EXPRESS, OURS, OURS_BARE, type Variant } from '../variants.js'
import { type Era, nameOf, pathOf, type Workload } from '../workload.js'

const CONNECTIONS = 64
const SATURATE_MS = 2000
const HALF_MS = 8000
const WARM_MS = 1000
/** The last moment before a measurement is not measured. */
const SETTLE_MS = 200

/** Stores that keep only what is new, as in the soak: collecting what a store keeps for ever would be what is measured. */
const bounded = (variant: Variant, mount: string): Variant => ({
  ...variant,
  label: variant.label.replace('in-memory stores', 'bounded in-memory stores'),
  program: { ...variant.program, args: ['bounded', '{}', mount] },
})

const CASES: readonly (readonly [Variant, Era])[] = [
  [EXPRESS, '2025'],
  [bounded(OURS, 'express'), '2025'],
  [bounded(OURS, 'express'), '2026'],
  [bounded(OURS_BARE, 'node'), '2025'],
  [bounded(OURS_BARE, 'node'), '2026'],
]

export async function latency(rounds: number): Promise<void> {
  const answers = await recordAnswers()
  const load = startLoad()
  const found = new Map<string, Measured[]>()
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [variant, era] of CASES) {
        const fixed = variant.role === 'base'
        const server = await startServer(variant, { args: fixed ? [answers] : [] })
        const workload: Workload = { work: 'call', tools: 30, era }
        const pathFor = fixed ? (piece: Parameters<typeof nameOf>[0]) => `/fixed/${nameOf(piece)}` : pathOf
        const conditions = { connections: CONNECTIONS, pathFor }
        const full = await measure(load, server, workload, {
          ...conditions,
          warmMs: WARM_MS,
          ms: SATURATE_MS,
        })
        if (!fixed) await server.reset()
        const half = await measure(load, server, workload, {
          ...conditions,
          warmMs: SETTLE_MS,
          ms: HALF_MS,
          rate: full.rate / 2,
        })
        await server.stop()
        const key = `${variant.label}, ${era}`
        found.set(key, [...(found.get(key) ?? []), half])
      }
    }
  } finally {
    await load.stop()
  }
  report(found, rounds)
}

function report(found: ReadonlyMap<string, readonly Measured[]>, rounds: number): void {
  const rows = [...found].map(([name, halves]) => [
    name,
    spread(
      halves.map(({ rate }) => rate),
      0,
    ),
    spread(halves.map(({ median: middle }) => middle)),
    spread(halves.map(({ p99 }) => p99)),
    median(halves.map(({ p99, median: middle }) => p99 / middle)).toFixed(1),
  ])
  const lines = [
    `\`tools/call\` at half of the rate that saturates the server, ${CONNECTIONS} connections, ${rounds} rounds: median (lowest–highest). Waiting counts from when a request was due. Wanted: p99 at most 5 times the median.`,
    '',
    ...table(['', 'a second', 'median ms', 'p99 ms', 'p99 to median'], rows),
  ]
  writeSection('latency', 'Latency at half load', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}
