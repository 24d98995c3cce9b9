/** Runs cases one after another, each within its time. */

import { isRecord } from '../../foundation/json/guards.js'
import { withoutSecrets } from '../../foundation/text/without-secrets.js'
import { UnreachableError } from '../kit/failures.js'
import { NotGiven, type VerifyCase, type VerifyResult } from './case.js'
import { unreachableIn } from './unreachable.js'

/** How cases run. */
export interface RunSettings {
  /** Milliseconds that a case may take. */
  readonly timeoutMs: number
  /** Aborts on Ctrl-C: the remaining cases do not run. */
  readonly signal: AbortSignal
  /** Gets each result as soon as there is one. */
  readonly report: (result: VerifyResult) => void
}

/** Throws `UnreachableError` if a database or server that the module needs does not answer. */
export async function runCases(
  cases: readonly VerifyCase[],
  { timeoutMs, signal, report }: RunSettings,
): Promise<readonly VerifyResult[]> {
  const results: VerifyResult[] = []
  for (const one of cases) {
    if (signal.aborted) throw new Error('interrupted: not all cases have run')
    const result = await runCase(one, Math.max(timeoutMs, one.leastMs ?? 0))
    results.push(result)
    report(result)
  }
  return results
}

async function runCase({ group, title, cure, body }: VerifyCase, timeoutMs: number): Promise<VerifyResult> {
  const began = performance.now()
  const ended = (status: VerifyResult['status'], message: string | null): VerifyResult => ({
    group,
    title,
    status,
    ms: Math.round(performance.now() - began),
    message,
    cure: status === 'failed' ? cure : null,
  })
  try {
    await within(timeoutMs, body())
    return ended('passed', null)
  } catch (error) {
    if (error instanceof NotGiven) return ended('skipped', error.message)
    const unreachable = unreachableIn(error)
    if (unreachable !== null) throw new UnreachableError(`${group}: ${unreachable}`)
    return ended('failed', withoutSecrets(messageOf(error)))
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${Math.round(ms / 1000)} s`)), ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** By its shape, because test runners have errors of their own realm. */
function messageOf(error: unknown): string {
  if (!isRecord(error) || typeof error['message'] !== 'string') return `it threw ${String(error)}`
  return error['message'] === '' ? String(error['name']) : error['message']
}
