/** Writes internal failures as one line on standard error. This is the default of the option `onError`. */

import type { ErrorCode } from '../foundation/errors/catalogue.js'
import { cleanName, cut } from '../foundation/text/text.js'
import { withoutSecrets } from '../foundation/text/without-secrets.js'

/** What `onError` gets beside the error. */
export interface FailureReport {
  /** The id of the request. The error response, the audit events and the run have it too. */
  readonly correlationId: string
  /** The error code in the response to the caller. */
  readonly code: ErrorCode
  /** The tool, if a tool failed. */
  readonly tool?: string
}

/** The default of the option `onError`. */
export function printFailure(error: unknown, report: FailureReport): void {
  console.error(failureLine(error, report))
}

const MOST_CHARACTERS = 4000
const MOST_CAUSES = 3

/** The code, the correlation id, the tool, and the error with its stack and causes. Leaves out text that looks like a key, a token or a password. */
export function failureLine(error: unknown, { code, correlationId, tool }: FailureReport): string {
  const where = tool === undefined ? '' : ` tool=${tool}`
  const cause = withoutSecrets(cut(described(error), 2 * MOST_CHARACTERS))
  return cleanName(`allv-mcp: ${code} ${correlationId}${where}: ${onOneLine(cause)}`, MOST_CHARACTERS)
}

/** Host code may throw any value: an error with causes, a string, or an object that cannot be converted to a string. */
function described(error: unknown, causes = 0): string {
  try {
    if (!(error instanceof Error)) return String(error)
    const own = error.stack?.includes(error.message) ? error.stack : `${error.name}: ${error.message}`
    const under = [error.cause, ...(error instanceof AggregateError ? error.errors : [])]
      .filter((one) => one !== undefined)
      .slice(0, MOST_CAUSES)
    if (causes === MOST_CAUSES) return own
    return [own, ...under.map((one) => `caused by ${described(one, causes + 1)}`)].join('\n')
  } catch {
    return 'a failure that cannot be put into words'
  }
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' | ')
}
