/** Measures the cost of a call while the data around it grows 10, 100 and 1,000 times. */

import { type Measured, measure } from '../measure.js'
import { type Server, startLoad, startServer } from '../processes.js'
import { show, table, writeSection } from '../report.js'
import { median } from '../statistics.js'
import { OURS } from '../variants.js'
import type { Workload } from '../workload.js'

/** The usual size of each dimension. A thousand times as much is the limit of one process on a small machine. */
const DIRECTIONS: Readonly<Record<string, number>> = {
  tools: 30,
  keys: 1000,
  members: 1000,
  approvals: 1000,
  runs: 1000,
  audit: 1000,
}
const FACTORS: readonly number[] = [1, 10, 100, 1000]
const CONNECTIONS = 16
const WARM_MS = 2000
const WORKLOAD: Workload = { work: 'call', tools: 30, era: '2025' }

export async function growth(rounds: number, ms: number, only: string | null): Promise<void> {
  const load = startLoad()
  const rows: string[][] = []
  try {
    for (const [direction, base] of Object.entries(DIRECTIONS)) {
      if (only !== null && direction !== only) continue
      const servers = await startAll(direction, base)
      try {
        const found = servers.map((): Measured[] => [])
        for (const server of servers)
          await measure(load, server, WORKLOAD, { connections: CONNECTIONS, warmMs: WARM_MS, ms: 50 })
        for (let round = 0; round < rounds; round += 1) {
          for (const [i, server] of servers.entries())
            found[i]?.push(
              await measure(load, server, WORKLOAD, { connections: CONNECTIONS, warmMs: 50, ms }),
            )
        }
        rows.push(rowOf(direction, base, found))
        process.stderr.write(`${rows.at(-1)?.join(' ')}\n`)
      } finally {
        await Promise.all(servers.map((server) => server.stop()))
      }
    }
  } finally {
    await load.stop()
  }
  report(rows, rounds, only)
}

async function startAll(direction: string, base: number): Promise<readonly Server[]> {
  const servers: Server[] = []
  for (const factor of FACTORS) {
    const sizes = JSON.stringify({ tools: 30, [direction]: base * factor })
    const program = { ...OURS.program, args: ['bounded', sizes] }
    servers.push(await startServer({ program }, { nodeArgs: ['--max-old-space-size=6144'] }))
  }
  return servers
}

function rowOf(direction: string, base: number, found: readonly (readonly Measured[])[]): string[] {
  const usual = found[0] ?? []
  const cost = found.map((rounds) =>
    median(rounds.map(({ cpu }, round) => cpu / (usual[round]?.cpu ?? Number.NaN))).toFixed(2),
  )
  return [
    direction,
    String(base),
    `${show(
      usual.map(({ cpu }) => cpu),
      0,
    )} µs`,
    ...cost.slice(1),
  ]
}

function report(rows: readonly (readonly string[])[], rounds: number, only: string | null): void {
  const lines = [
    `Processor time of the server for a \`tools/call\`, ${rounds} rounds in turn, ${CONNECTIONS} connections: at the usual size in microseconds, and at 10, 100 and 1,000 times that size as a multiple of it. Wanted: within 10 %.`,
    '',
    ...table(['what grows', 'usual', 'cost', '× 10', '× 100', '× 1,000'], rows),
  ]
  if (only === null) writeSection('growth', 'Cost as things grow', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}
