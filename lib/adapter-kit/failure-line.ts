/** What is heard of an internal failure where the host says nothing else: one line on standard error. */

import type { ErrorCode } from '../foundation/errors/catalogue.js'
import { cleanName, cut } from '../foundation/text/text.js'

/** What `onError` is told beside the error itself. */
export interface FailureReport {
  /** The id of the request. It is in the refusal, in the audit events and in the run. */
  readonly correlationId: string
  /** The error code that the caller was answered with. */
  readonly code: ErrorCode
  /** The tool that failed, where it was one. */
  readonly tool?: string
}

/** The option `onError`, unless the host gives one. */
export function printFailure(error: unknown, report: FailureReport): void {
  console.error(failureLine(error, report))
}

const MOST_CHARACTERS = 4000
const MOST_CAUSES = 3

/** Code, correlation id, tool and cause with its stack, in one line. What looks like a key, a token or a password is left out. */
export function failureLine(error: unknown, { code, correlationId, tool }: FailureReport): string {
  const where = tool === undefined ? '' : ` tool=${tool}`
  const cause = withoutSecrets(cut(described(error), 2 * MOST_CHARACTERS))
  return cleanName(`allv-mcp: ${code} ${correlationId}${where}: ${onOneLine(cause)}`, MOST_CHARACTERS)
}

/** A host may throw anything: an error with causes, a text, an object that cannot even be made text. */
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

const LEFT_OUT = '[left out]'

/** Errors of services quote what they were sent: headers, addresses with passwords, keys. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${LEFT_OUT}`)
    .replaceAll(/(:\/\/[^\s:/@]{0,200}:)[^\s"'<>]+@/g, `$1${LEFT_OUT}@`)
    .replaceAll(/(?:[a-z]{2}_(?:live|test)_|\beyJ)[\w.-]+/g, LEFT_OUT)
    .replaceAll(
      /\b((?:x-)?api[-_]?key|token|secret|password|passwd|authorization)(["']?\s*[=:]\s*["']?|["']\s*,\s*["'])[^\s"',;}|]+/gi,
      `$1$2${LEFT_OUT}`,
    )
}
