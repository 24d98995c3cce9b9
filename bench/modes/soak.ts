/** Makes a million calls and checks that the heap does not grow. The stores keep only new records, so any growth is that of the library. */

import { measure } from '../measure.js'
import { type Server, startLoad, startServer } from '../processes.js'
import { table, writeSection } from '../report.js'
import { median } from '../statistics.js'
import { OURS } from '../variants.js'
import { type Era, pathOf, requestsOf, type Work } from '../workload.js'

const STEPS = 20
const CONNECTIONS = 16
const MOST_MS_A_STEP = 120_000
const MEGABYTE = 2 ** 20
/** Each step makes calls in another way. */
const TURNS: readonly (readonly [Work, Era])[] = [
  ['call', '2025'],
  ['call', '2026'],
  ['mix', '2025'],
  ['mix', '2026'],
]

interface Step {
  readonly calls: number
  readonly heap: number
  readonly resident: number
}

export async function soak(calls: number): Promise<void> {
  const load = startLoad()
  const program = { ...OURS.program, args: ['bounded'] }
  const server = await startServer({ program }, { nodeArgs: ['--expose-gc'] })
  const steps: Step[] = []
  try {
    for (const [work, era] of TURNS)
      await measure(
        load,
        server,
        { work, tools: 30, era },
        { connections: CONNECTIONS, warmMs: 1000, ms: 500 },
      )
    steps.push(await stepOf(server, 0))
    let done = 0
    for (let step = 0; step < STEPS; step += 1) {
      const [work, era] = TURNS[step % TURNS.length] ?? ['call', '2025']
      const found = await load.run({
        port: server.port,
        requests: requestsOf({ work, tools: 30, era }, pathOf),
        connections: CONNECTIONS,
        ms: MOST_MS_A_STEP,
        most: calls / STEPS,
        rate: null,
      })
      if (found.failures > 0) throw new Error(`${found.failures} failed: ${found.firstFailure}`)
      done += found.answers
      steps.push(await stepOf(server, done))
      process.stderr.write(`${done} calls, heap ${megabytes(steps.at(-1)?.heap ?? 0)} MB\n`)
    }
  } finally {
    await Promise.all([load.stop(), server.stop()])
  }
  report(steps)
}

/** The stores are reset first, since their size changes while they drop old records. */
async function stepOf(server: Server, calls: number): Promise<Step> {
  await server.reset()
  const { heap, resident } = await server.settledUsage()
  return { calls, heap, resident }
}

function report(steps: readonly Step[]): void {
  const shown = steps.filter((_, i) => i % 2 === 0)
  const heaps = steps.slice(1).map(({ heap }) => heap)
  const half = Math.floor(heaps.length / 2)
  const growth = median(heaps.slice(half)) - median(heaps.slice(0, half))
  const calls = (steps.at(-1)?.calls ?? 0) / 2
  const lines = [
    `${steps.at(-1)?.calls} requests over ${CONNECTIONS} connections, both eras, calls and a mix by turns, bounded stores. Heap after collection:`,
    '',
    ...table(
      ['requests', 'heap MB', 'resident MB'],
      shown.map(({ calls: n, heap, resident }) => [String(n), megabytes(heap), megabytes(resident)]),
    ),
    '',
    `From the first half to the second the median heap grew by ${(growth / 1024).toFixed(0)} KB, ${(growth / calls).toFixed(2)} bytes a request.`,
  ]
  writeSection('soak', 'Soak', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1)
}
