/** Whether the names of tools work in all clients and with all model providers. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, type Verdict } from '../kit/verdict.js'
import { toolsOf } from './listed-tools.js'

/** What the model providers take in common. */
const PORTABLE = /^[A-Za-z0-9_-]{1,64}$/
const SHOWN = 5

/** tools.names */
export const names = defineCheck({
  id: 'tools.names',
  title: 'the names of tools work in every client',
  needs: ['tools.list'],
  probe: async (context) => (await toolsOf(context)).map(({ name }) => name),
  verdict(all) {
    const odd = all.filter((name) => !PORTABLE.test(name))
    if (odd.length > 0) {
      return refused(
        `${odd.length} names with other characters than letters, digits, _ and -, or longer than 64: ${some(odd)}`,
        'Rename the tools. In allv-mcp, leave the option toolNames at portable: it lists a.b as a_b, and calls take both.',
      )
    }
    const twins = all.filter((name, i) => all.some((other, j) => i !== j && same(name, other)))
    if (twins.length === 0) return pass(`${all.length} names`)
    return refused(
      `names that differ in upper and lower case only, or not at all: ${some(twins)}`,
      'Rename one of each pair. Several clients compare names without case, and one of the two is lost.',
    )
  },
})

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function refused(seen: string, cure: string): Verdict {
  return fail({ seen, expected: 'names of A-Z, a-z, 0-9, _ and -, at most 64 characters, each once', cure })
}

/** The first few of a list. */
export function some(all: readonly string[]): string {
  const rest = all.length - SHOWN
  return `${all.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
