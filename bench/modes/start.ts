/** Measures the time from process start to the first response, and the memory at that time. */

import { recordAnswers } from '../answers-of-ours.js'
import { startLoad, startServer } from '../processes.js'
import { spread, table, writeSection } from '../report.js'
import { VARIANTS, type Variant } from '../variants.js'
import { nameOf, type Piece, pathOf, requestsOf } from '../workload.js'

interface Start {
  readonly ms: number
  readonly answerMs: number
  /** Processor time of all threads, in milliseconds. */
  readonly cpuMs: number
  readonly resident: number
  readonly heap: number
}

const FIRST_ANSWER_MS = 10_000
const MEGABYTE = 2 ** 20
const TOOLS = 30

export async function start(rounds: number): Promise<void> {
  const answers = await recordAnswers()
  const load = startLoad()
  const found = new Map<Variant, Start[]>()
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of VARIANTS)
        found.set(variant, [...(found.get(variant) ?? []), await startOnce(variant, load, answers)])
    }
  } finally {
    await load.stop()
  }
  const rows = [...found].map(([{ label }, starts]) => [
    label,
    spread(
      starts.map(({ ms }) => ms),
      0,
    ),
    spread(
      starts.map(({ answerMs }) => answerMs),
      1,
    ),
    spread(
      starts.map(({ cpuMs }) => cpuMs),
      0,
    ),
    spread(
      starts.map(({ resident }) => resident / MEGABYTE),
      0,
    ),
    spread(
      starts.map(({ heap }) => heap / MEGABYTE),
      0,
    ),
  ])
  const lines = [
    `A fresh process with ${TOOLS} tools, ${rounds} rounds in turn: median (lowest–highest).`,
    '',
    ...table(
      ['', 'ms to the first answer', 'of that the first call', 'processor ms', 'resident MB', 'heap MB'],
      rows,
    ),
  ]
  writeSection('start', 'Start', lines)
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function startOnce(
  variant: Variant,
  load: ReturnType<typeof startLoad>,
  answers: string,
): Promise<Start> {
  const fixed = variant.role === 'base' || variant.role === 'floor'
  const pathFor = fixed ? (piece: Piece) => `/fixed/${nameOf(piece)}` : pathOf
  const began = performance.now()
  // The peers make their tools when a request needs them, so 300 tools that nobody calls would count for ours alone.
  const sizes = JSON.stringify({ tools: TOOLS })
  const [stores = 'memory', , host = 'express'] = variant.program.args
  const server = await startServer(
    variant.role === 'ours' ? { program: { ...variant.program, args: [stores, sizes, host] } } : variant,
    { args: fixed ? [answers] : [] },
  )
  const [request = ''] = requestsOf({ work: 'call', tools: TOOLS, era: '2025' }, pathFor)
  const listening = performance.now()
  await load.run({
    port: server.port,
    requests: [request],
    connections: 1,
    ms: FIRST_ANSWER_MS,
    most: 1,
    rate: null,
  })
  const answered = performance.now()
  const { cpu, resident, heap } = await server.usage()
  await server.stop()
  return { ms: answered - began, answerMs: answered - listening, cpuMs: cpu / 1000, resident, heap }
}
