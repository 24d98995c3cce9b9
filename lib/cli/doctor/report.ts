/** Counts the results of an examination, and gives the exit code for them. */

import type { ExitCode } from '../kit/command.js'
import type { Result } from './examination/examine.js'
import type { Status } from './kit/verdict.js'

/** How many results there are of each kind. */
export type Summary = Readonly<Record<Status, number>>

/** If one of these fails, nothing of the server was seen. */
const UNREACHABLE: ReadonlySet<string> = new Set(['reach.dns', 'reach.connect', 'http.answers'])

/** Counts. */
export function summaryOf(results: readonly Result[]): Summary {
  const count = (status: Status) => results.filter((one) => one.status === status).length
  return { pass: count('pass'), warn: count('warn'), fail: count('fail'), skip: count('skip') }
}

/** 0: nothing failed; 1: a check failed, or warned under `strict`, or the user interrupted; 3: the host gave no answer at all. */
export function exitCodeOf(
  results: readonly Result[],
  { strict, interrupted }: { readonly strict: boolean; readonly interrupted: boolean },
): ExitCode {
  const { fail, warn } = summaryOf(results)
  if (results.some(({ id, status }) => status === 'fail' && UNREACHABLE.has(id))) return 3
  return fail > 0 || (strict && warn > 0) || interrupted ? 1 : 0
}
