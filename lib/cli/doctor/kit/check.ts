/** What a check is: a probe that asks the server, and a verdict that judges what came back and does nothing else. */

import type { Context } from './context.js'
import type { Verdict } from './verdict.js'

/** One check of the list. */
export interface Check {
  /** Stable: the group, a dot, and a name. Part of the JSON report. */
  readonly id: string
  /** What is true if the check passes. */
  readonly title: string
  /** The ids of the checks without which this one says nothing. */
  readonly needs: readonly string[]
  readonly run: (context: Context) => Promise<Verdict>
}

interface CheckParts<Seen> {
  readonly id: string
  readonly title: string
  readonly needs: readonly string[]
  /** Asks. Throws a ProbeFailure if there is no answer. */
  readonly probe: (context: Context) => Promise<Seen> | Seen
  /** Judges. Pure. */
  readonly verdict: (seen: Seen, context: Context) => Verdict
}

/** A check of a probe and its verdict. */
export function defineCheck<Seen>({ probe, verdict, ...rest }: CheckParts<Seen>): Check {
  return { ...rest, run: async (context) => verdict(await probe(context), context) }
}
