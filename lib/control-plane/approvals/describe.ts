/** Describes a call to the person who decides about it, in one message that a client shows. */

import type { Approval } from '../../adapters/approvals.js'
import { cut, visibleText } from '../../foundation/text/text.js'

/**
 * Lengths that clients show and people read, in UTF-16 units. A longer call gets no form: a person does not agree to text that is cut off or
 * scrolled away, and the caller chooses the order of the arguments.
 */
const MOST_ARGUMENTS = 2000
const MOST_SUMMARY = 1000

/** Whether one message can show the whole summary and all arguments. If not, the decision must be made on the host's page. */
export function isShownWhole({ arguments: args, summary }: Approval): boolean {
  return shownArguments(args).length <= MOST_ARGUMENTS && shownSummary(summary).length <= MOST_SUMMARY
}

/** The message. Invisible and bidi characters are made visible. Text that does not fit is cut, and the message says so. */
export function describeCut({ tool, arguments: args, summary }: Approval): string {
  const about = summary === null ? '' : `${cutTo(MOST_SUMMARY, shownSummary(summary))} `
  return `${about}Allow ${tool} with ${cutTo(MOST_ARGUMENTS, shownArguments(args))}?`
}

/** The summary alone, for clients that show the URL of the host's page. */
export function describeShortly({ tool, summary }: Approval): string {
  return summary === null ? `Decide whether ${tool} may run.` : cutTo(MOST_SUMMARY, shownSummary(summary))
}

function shownArguments(args: Approval['arguments']): string {
  return visibleText(JSON.stringify(args))
}

function shownSummary(summary: string | null): string {
  return summary === null ? '' : visibleText(summary)
}

function cutTo(most: number, text: string): string {
  return text.length > most ? `${cut(text, most)} … (not all of it is shown here)` : text
}
