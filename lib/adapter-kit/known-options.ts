/** Refuses options that a function does not know. A misspelt option that is ignored can make a key that never ends. */

import { nearestName } from '../foundation/text/nearest-name.js'

/**
 * Throws a TypeError for an option that is not in `known`. `what`: the name of the function that takes the options, or of what they define.
 * `findMeant`: the option that somebody meant who wrote another name.
 */
export function assertKnownOptions(
  options: unknown,
  known: readonly string[],
  what: string,
  findMeant: (given: string, known: readonly string[]) => string | undefined = nearestName,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`${what} needs an object: ${what}({ ${known.join(', ')} })`)
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const meant = findMeant(key, known)
    const hint = meant === undefined ? '' : `write ${meant}; `
    throw new TypeError(`unknown option "${key}" of ${what}; ${hint}the options are ${known.join(', ')}`)
  }
}
