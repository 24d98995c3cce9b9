/** Compares two checkouts of this library in one run: how much faster or slower a change made each workload. */

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { recordAnswers } from '../answers-of-ours.js'
import { type Measured, measure } from '../measure.js'
import { type Server, startLoad, startServer } from '../processes.js'
import { spread, table } from '../report.js'
import { EXPRESS, OURS, OURS_BARE, type Variant } from '../variants.js'
import { nameOf } from '../workload.js'
import { CELLS, type Cell, keyOf, rotated, titleOf } from './cells.js'

interface Settings {
  /** Path of the other checkout, in which the bench is built. */
  readonly checkout: string
  readonly rounds: number
  readonly ms: number
  /** A part of the name of a cell, such as `call-30-2025 16`. */
  readonly only: string | null
}

const WARM_MS = 4000

export async function before({ checkout, rounds, ms, only }: Settings): Promise<void> {
  const answers = await recordAnswers()
  const pairs = [OURS, OURS_BARE].map((variant) => [variant, inCheckout(variant, checkout)] as const)
  const cells = CELLS.filter((cell) => titleOf(cell).includes(only ?? 'call-'))
  const variants = [EXPRESS, ...pairs.flat()]
  const servers = new Map<Variant, Server>()
  const load = startLoad()
  const found = new Map<string, Measured[]>()
  const conditions = (variant: Variant, cell: Cell) => ({
    connections: cell.connections,
    ...(variant === EXPRESS
      ? { pathFor: (piece: Parameters<typeof nameOf>[0]) => `/fixed/${nameOf(piece)}` }
      : {}),
  })
  try {
    for (const variant of variants)
      servers.set(variant, await startServer(variant, { args: variant === EXPRESS ? [answers] : [] }))
    for (let round = -1; round < rounds; round += 1) {
      for (const cell of cells) {
        for (const [variant, server] of rotated([...servers], round + 1)) {
          if (variant !== EXPRESS) await server.reset()
          const warmMs = round < 0 ? WARM_MS / cells.length : 100
          const measured = await measure(load, server, cell, { ...conditions(variant, cell), warmMs, ms })
          const key = keyOf(variant.name, cell)
          // The first pass only lets each server compile its hot paths.
          if (round >= 0) found.set(key, [...(found.get(key) ?? []), measured])
        }
      }
      process.stderr.write(round < 0 ? 'warm\n' : `round ${round + 1} of ${rounds}\n`)
    }
  } finally {
    await Promise.all([load.stop(), ...[...servers.values()].map((server) => server.stop())])
  }
  process.stdout.write(
    `Node ${process.version}, ${rounds} rounds in turn. Above 1 is faster than the other checkout.\n\n`,
  )
  process.stdout.write(`${describe(found, pairs, cells).join('\n')}\n`)
}

function inCheckout(variant: Variant, checkout: string): Variant {
  const { href } = pathToFileURL(resolve(checkout, '.build/bench', variant.program.file))
  return { ...variant, name: `${variant.name}-before`, program: { ...variant.program, file: href } }
}

function describe(
  found: ReadonlyMap<string, readonly Measured[]>,
  pairs: readonly (readonly [Variant, Variant])[],
  cells: readonly Cell[],
): readonly string[] {
  const rows = cells.flatMap((cell) =>
    pairs.map(([now, then]) => {
      const of = (variant: Variant) => found.get(keyOf(variant.name, cell)) ?? []
      const ratio = (pick: (measured: Measured) => number, above: Variant, below: Variant) =>
        of(above).map((measured, i) => pick(measured) / pick(of(below)[i] ?? measured))
      return [
        titleOf(cell),
        now.label,
        spread(ratio(({ rate }) => rate, now, then)),
        spread(ratio(({ cpu }) => cpu, then, now)),
        spread(ratio(({ rate }) => rate, now, EXPRESS)),
        spread(
          of(now).map(({ cpu }) => cpu),
          0,
        ),
      ]
    }),
  )
  const head = ['work', 'mounted', 'answers a second', 'processor time', 'to bare Express', 'µs a call']
  return table(head, rows)
}
