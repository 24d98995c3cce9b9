/** Outcomes of runs, as JSON. */

import type { RunOutcome } from 'allv-mcp'

export function toOutcome(text: string | null): RunOutcome | null {
  if (text === null) return null
  const outcome: RunOutcome = JSON.parse(text)
  return { ...outcome, endedAt: new Date(outcome.endedAt) }
}
