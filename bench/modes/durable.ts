/**
 * Measures the cost of durability: runs and audit events in PostgreSQL, with one commit for concurrent calls, and with one statement for
 * each write.
 */

import { type Measured, measure } from '../measure.js'
import { startLoad, startServer } from '../processes.js'
import { show, spread, table, writeSection } from '../report.js'
import { median } from '../statistics.js'
import { DURABLE, DURABLE_SINGLY } from '../variants.js'
import { type Era, pathOf, type Workload } from '../workload.js'

const CONNECTIONS: readonly number[] = [1, 16, 64]
const ERAS: readonly Era[] = ['2025', '2026']
const FIRST_WARM_MS = 1500

interface Cell {
  readonly era: Era
  readonly connections: number
}

const CELLS: readonly Cell[] = ERAS.flatMap((era) => CONNECTIONS.map((connections) => ({ era, connections })))

/** Results by name of the variant, then by cell in the order of `CELLS`, then by round. */
type Found = ReadonlyMap<string, readonly (readonly Measured[])[]>

export async function durable(rounds: number, ms: number): Promise<void> {
  const variants = [DURABLE, DURABLE_SINGLY]
  const servers = await Promise.all(variants.map((variant) => startServer(variant)))
  const load = startLoad()
  const found = new Map(variants.map(({ name }) => [name, CELLS.map((): Measured[] => [])]))
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [place, { era, connections }] of CELLS.entries()) {
        const turns = round % 2 === 0 ? [0, 1] : [1, 0]
        for (const turn of turns) {
          const [variant, server] = [variants[turn], servers[turn]]
          if (variant === undefined || server === undefined) continue
          await server.reset()
          const workload: Workload = { work: 'call', tools: 30, era }
          const warmMs = round === 0 ? FIRST_WARM_MS : 200
          const measured = await measure(load, server, workload, { connections, pathFor: pathOf, warmMs, ms })
          found.get(variant.name)?.[place]?.push(measured)
        }
      }
      process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    }
  } finally {
    await Promise.all([load.stop(), ...servers.map((server) => server.stop())])
  }
  const lines = describe(found, rounds)
  writeSection('durable', 'Durable', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function describe(found: Found, rounds: number): readonly string[] {
  const rows = CELLS.map(({ era, connections }, place) => {
    const together = found.get(DURABLE.name)?.[place] ?? []
    const singly = found.get(DURABLE_SINGLY.name)?.[place] ?? []
    const ratios = together.map(({ rate }, round) => rate / (singly[round]?.rate ?? Number.NaN))
    return [
      era,
      String(connections),
      spread(ratios),
      show(
        together.map(({ rate }) => rate),
        0,
      ),
      show(
        singly.map(({ rate }) => rate),
        0,
      ),
      show(together.map(({ p99 }) => p99)),
      show(singly.map(({ p99 }) => p99)),
    ]
  })
  const widest = ERAS.map((era) => {
    const place = CELLS.findIndex((cell) => cell.era === era && cell.connections === 64)
    const rate = (name: string) => median((found.get(name)?.[place] ?? []).map((measured) => measured.rate))
    return `${era}: ${(rate(DURABLE.name) / rate(DURABLE_SINGLY.name)).toFixed(1)}`
  })
  return [
    `\`tools/call\`, runs and audit events in PostgreSQL on the same machine, \`synchronous_commit\` on, 20 connections, ${rounds} rounds in turn. "Together" shares a commit among concurrent calls, "singly" is one INSERT or UPDATE for each write. Each call begins a run, appends two events, and ends the run.`,
    '',
    ...table(
      [
        'era',
        'connections',
        'ratio',
        'together a second',
        'singly a second',
        'together p99 ms',
        'singly p99 ms',
      ],
      rows,
    ),
    '',
    `Wanted at 64 connections: 3 times the throughput, and a p99 that is no worse. Found: ${widest.join(', ')} times.`,
  ]
}
