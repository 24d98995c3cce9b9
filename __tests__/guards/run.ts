/**
 * Takes each guard of the list out, one at a time, in a scratch copy, and runs the tests that must notice. Prints caught and missed, and
 * exits with 1 on a miss. `npm run guards -- TEXT` runs those whose sentence or file holds the text.
 */

import type { Guard } from './guard.js'
import { ALL_GUARDS } from './list/index.js'
import { createScratch, type Scratch } from './scratch.js'

const WORKERS = 2

interface Verdict {
  readonly guard: Guard
  /** `null`: caught. */
  readonly missed: string | null
}

const wanted = process.argv[2] ?? ''
const chosen = ALL_GUARDS.filter(({ without, file }) => `${without} ${file}`.includes(wanted))
const verdicts: Verdict[] = []
const queue = [...chosen]
const baselines = new Map<string, Promise<string | null>>()

await Promise.all(Array.from({ length: WORKERS }, work))
const missed = verdicts.filter((verdict) => verdict.missed !== null)
for (const { guard, missed: why } of missed)
  console.log(`MISSED ${guard.file}: without it ${guard.without} (${why})`)
console.log(`${verdicts.length - missed.length} caught, ${missed.length} missed`)
process.exitCode = missed.length === 0 && verdicts.length > 0 ? 0 : 1

async function work(): Promise<void> {
  const scratch = createScratch()
  try {
    for (let guard = queue.shift(); guard !== undefined; guard = queue.shift()) {
      const why = await judge(scratch, guard)
      verdicts.push({ guard, missed: why })
      console.log(
        `${verdicts.length}/${chosen.length} ${why === null ? 'caught' : 'MISSED'} ${guard.file}: ${guard.without}`,
      )
    }
  } finally {
    scratch.remove()
  }
}

/** `null` when the tests pass with the guard and fail without it; otherwise why that is not so. */
async function judge(scratch: Scratch, guard: Guard): Promise<string | null> {
  const { tests, only } = guard
  const key = JSON.stringify([tests, only])
  const baseline = baselines.get(key) ?? baselineOf(scratch, guard)
  baselines.set(key, baseline)
  const unfit = await baseline
  if (unfit !== null) return unfit
  try {
    const run = await scratch.without(guard, () => scratch.run(tests, only))
    if (run.timedOut || run.failed > 0) return null
    return run.broken > 0 ? 'a test file could not be loaded, which proves nothing' : 'its tests pass'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The tests must pass, and be there, before a guard is taken out. */
async function baselineOf(scratch: Scratch, { tests, only }: Guard): Promise<string | null> {
  const run = await scratch.run(tests, only)
  if (run.passed > 0 && run.failed === 0 && run.broken === 0) return null
  return `its tests do not pass with the guard: ${run.passed} passed, ${run.failed} failed\n${run.output.slice(-2000)}`
}
