/** Chooses the checks that run: those that were named, and those without which they say nothing. */

import type { Check } from '../kit/check.js'
import { GROUPS } from './checks.js'

/** All checks, in their order. */
export const CHECKS: readonly Check[] = GROUPS.flatMap(({ checks }) => checks)

/**
 * The ids of the checks to run; all of them for `undefined`. A name is an id, or the part of ids before the dot. Throws a TypeError for a
 * name that is neither.
 */
export function choose(names: readonly string[] | undefined): ReadonlySet<string> {
  if (names === undefined) return new Set(CHECKS.map(({ id }) => id))
  const chosen = new Set<string>()
  for (const name of names) {
    const matching = CHECKS.filter(({ id }) => id === name || id.startsWith(`${name}.`))
    if (matching.length === 0) throw new TypeError(`there is no check ${JSON.stringify(name)}`)
    for (const check of matching) addWithNeeds(check, chosen)
  }
  return chosen
}

function addWithNeeds({ id, needs }: Check, chosen: Set<string>): void {
  if (chosen.has(id)) return
  chosen.add(id)
  for (const check of CHECKS.filter((one) => needs.includes(one.id))) addWithNeeds(check, chosen)
}
