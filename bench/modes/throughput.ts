/** Measures the throughput of all variants, one after the other in each round. */

import { recordAnswers } from '../answers-of-ours.js'
import { type Measured, measure } from '../measure.js'
import { type Load, type Server, startLoad, startServer } from '../processes.js'
import { writeSection } from '../report.js'
import { canServe, VARIANTS, type Variant } from '../variants.js'
import { nameOf, type Piece } from '../workload.js'
import { CELLS, type Cell, keyOf, rotated } from './cells.js'
import { describe } from './throughput-report.js'

export interface Settings {
  readonly rounds: number
  readonly warmMs: number
  readonly ms: number
  /** A part of the name of a workload or variant. Without it, all are measured. */
  readonly only: string | null
}

/** Lets each server compile its hot paths before the first measurement. */
const FIRST_WARM_MS = 6000

export async function throughput({ rounds, warmMs, ms, only }: Settings): Promise<void> {
  const answers = await recordAnswers()
  const servers = new Map<Variant, Server>()
  const load = startLoad()
  const cells = CELLS.filter((cell) => only === null || keyOf('', cell).includes(only))
  const found = new Map<string, Measured[]>()
  try {
    for (const variant of VARIANTS)
      servers.set(variant, await startServer(variant, { args: isFixed(variant) ? [answers] : [] }))
    for (const [variant, server] of servers) await warm(load, variant, server, cells)
    for (let round = 0; round < rounds; round += 1) {
      for (const cell of cells) {
        // Each round begins with another variant, so that no variant is always the first after a pause.
        for (const [variant, server] of rotated([...servers], round)) {
          if (!canServe(variant, cell)) continue
          if (variant.role === 'ours') await server.reset()
          const pathFor = pathsOf(variant)
          const measured = await measure(load, server, cell, {
            connections: cell.connections,
            warmMs,
            ms,
            ...(pathFor === undefined ? {} : { pathFor }),
          })
          const key = keyOf(variant.name, cell)
          found.set(key, [...(found.get(key) ?? []), measured])
        }
      }
      process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    }
  } finally {
    await Promise.all([load.stop(), ...[...servers.values()].map((server) => server.stop())])
  }
  const lines = describe(found, rounds)
  if (only === null) writeSection('throughput', 'Throughput', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function warm(load: Load, variant: Variant, server: Server, cells: readonly Cell[]): Promise<void> {
  const served = cells.filter((cell) => canServe(variant, cell) && cell.connections === 16)
  for (const cell of served) {
    const pathFor = pathsOf(variant)
    const warmMs = Math.max(100, FIRST_WARM_MS / served.length)
    await measure(load, server, cell, {
      connections: 16,
      warmMs,
      ms: 50,
      ...(pathFor === undefined ? {} : { pathFor }),
    })
  }
}

function isFixed({ role }: Variant): boolean {
  return role === 'floor' || role === 'base'
}

function pathsOf(variant: Variant): ((piece: Piece) => string) | undefined {
  return isFixed(variant) ? (piece) => `/fixed/${nameOf(piece)}` : undefined
}
