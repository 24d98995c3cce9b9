/** Recognizes the failure of a server, such as a database, that does not answer. */

import { isRecord } from '../../foundation/json/guards.js'

const CODES: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'])
/** Failures are wrapped a few times at most. */
const MOST_CAUSES = 5

/** What the failure says, if a server does not answer; else `null`. Errors are read by their shape, because test runners have a realm of their own. */
export function unreachableIn(error: unknown): string | null {
  if (!isRecord(error) || !isCausedByCode(error, MOST_CAUSES)) return null
  const { message } = error
  return typeof message === 'string' && message !== '' ? message : 'a server does not answer'
}

function isCausedByCode(error: unknown, causes: number): boolean {
  if (!isRecord(error) || causes === 0) return false
  return CODES.has(error['code']) || isCausedByCode(error['cause'], causes - 1)
}
