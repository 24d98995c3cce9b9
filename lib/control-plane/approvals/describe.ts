/** What a person is told of a call that they decide about, in one message of a client. */

import type { Approval } from '../../adapters/approvals.js'
import { cut, visibleText } from '../../foundation/text/text.js'

/**
 * As long as clients show a message and people read one. A form may not be longer: what is cut off, or scrolled away, was not agreed to, and
 * the caller chooses the order of the arguments.
 */
const MOST_ARGUMENTS = 2000
const MOST_SUMMARY = 1000

/** Whether one message holds the summary and every argument whole. If not, the decision belongs on a page. */
export function isShownWhole({ arguments: args, summary }: Approval): boolean {
  return shownArguments(args).length <= MOST_ARGUMENTS && shownSummary(summary).length <= MOST_SUMMARY
}

/** Nothing in it hides itself or turns what stands around it. What does not fit is cut, and that is said. */
export function describeCut({ tool, arguments: args, summary }: Approval): string {
  const about = summary === null ? '' : `${cutTo(MOST_SUMMARY, shownSummary(summary))} `
  return `${about}Allow ${tool} with ${cutTo(MOST_ARGUMENTS, shownArguments(args))}?`
}

/** The summary alone, for clients that show an address. */
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
