/** Measures latency at half load: requests at even intervals, sent also if earlier ones have no response yet. */

import { recordAnswers } from '../answers-of-ours.js'
import { type Measured, measure } from '../measure.js'
import { type Load, startLoad, startServer } from '../processes.js'
import { spread, table, writeSection } from '../report.js'
import { median } from '../statistics.js'
import { EXPRESS, OURS, OURS_BARE, type Variant } from '../variants.js'
import { type Era, nameOf, pathOf, type Workload } from '../workload.js'

const CONNECTIONS = 64
const SATURATE_MS = 2000
const HALF_MS = 8000
const WARM_MS = 4000
/** Load before the measurement, so that connections are open when it begins. */
const SETTLE_MS = 200

/** Stores that keep only new records, as in the soak: otherwise the garbage collection of old records would dominate. */
const bounded = (variant: Variant, mount: string): Variant => ({
  ...variant,
  label: variant.label.replace('in-memory stores', 'bounded in-memory stores'),
  program: { ...variant.program, args: ['bounded', '{}', mount] },
})

/** A smaller young generation makes collections shorter and more frequent. */
const SMALL_YOUNG = '--max-semi-space-size=4'
const ERAS: readonly Era[] = ['2025', '2026']

type Case = readonly [variant: Variant, era: Era, ...nodeArgs: readonly string[]]

const CASES: readonly Case[] = [
  [EXPRESS, '2025'],
  ...ERAS.map((era) => [bounded(OURS, 'express'), era] as const),
  ...ERAS.map((era) => [bounded(OURS_BARE, 'node'), era] as const),
  [EXPRESS, '2025', SMALL_YOUNG],
  ...ERAS.map((era) => [bounded(OURS, 'express'), era, SMALL_YOUNG] as const),
]

export async function latency(rounds: number): Promise<void> {
  const answers = await recordAnswers()
  const load = startLoad()
  const found = new Map<string, Measured[]>()
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const one of CASES) {
        const [{ label }, era, ...nodeArgs] = one
        const key = [label, era, ...nodeArgs.map((flag) => `\`node ${flag}\``)].join(', ')
        found.set(key, [...(found.get(key) ?? []), await atHalfLoad(load, answers, one)])
      }
    }
  } finally {
    await load.stop()
  }
  report(found, rounds)
}

async function atHalfLoad(load: Load, answers: string, [variant, era, ...nodeArgs]: Case): Promise<Measured> {
  const fixed = variant.role === 'base'
  const server = await startServer(variant, { args: fixed ? [answers] : [], nodeArgs })
  try {
    const workload: Workload = { work: 'call', tools: 30, era }
    const pathFor = fixed ? (piece: Parameters<typeof nameOf>[0]) => `/fixed/${nameOf(piece)}` : pathOf
    const conditions = { connections: CONNECTIONS, pathFor }
    const full = await measure(load, server, workload, { ...conditions, warmMs: WARM_MS, ms: SATURATE_MS })
    if (!fixed) await server.reset()
    const rate = full.rate / 2
    return await measure(load, server, workload, { ...conditions, warmMs: SETTLE_MS, ms: HALF_MS, rate })
  } finally {
    await server.stop()
  }
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
    spread(
      halves.flatMap(({ seconds }) => seconds.map(({ p99, median: middle }) => p99 / middle)),
      1,
    ),
  ])
  const lines = [
    `\`tools/call\` at half of the rate that saturates the server, ${CONNECTIONS} connections, ${rounds} rounds: median (lowest–highest). Waiting counts from when a request was due. Wanted: p99 at most 5 times the median. A machine that itself stands still now and then shows that in whole rounds, and in few of their seconds.`,
    '',
    ...table(['', 'a second', 'median ms', 'p99 ms', 'p99 to median', 'the same within each second'], rows),
  ]
  writeSection('latency', 'Latency at half load', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}
