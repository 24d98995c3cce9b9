/** Whether every address of one family works. Clients differ in which family they try first, and how long they wait for it. */

import type { Check } from '../kit/check.js'
import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'
import type { Connection } from '../probe/connect.js'

/** Says that this machine cannot use the family, and nothing of the server. */
const OWN_LACK: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EHOSTUNREACH',
  'EAFNOSUPPORT',
  'EINVAL',
])

/** reach.ipv4 */
export const ipv4 = familyCheck(4)

/** reach.ipv6 */
export const ipv6 = familyCheck(6)

function familyCheck(family: 4 | 6): Check {
  const name = `IPv${family}`
  return defineCheck({
    id: `reach.ipv${family}`,
    title: `the ${name} addresses of the host take connections`,
    needs: ['reach.connect'],
    probe: async (context) => (await context.connections()).filter((one) => one.family === family),
    verdict(connections) {
      if (connections.length === 0) return skip(`the host has no ${name} address`)
      const bad = connections.filter(({ failure }) => failure !== null && !OWN_LACK.has(failure.code))
      if (bad.length > 0) return broken(name, bad)
      const open = connections.filter(({ failure }) => failure === null)
      if (open.length === 0) return skip(`this machine has no ${name}`)
      return pass(open.map(({ address, ms }) => `${address} in ${Math.round(ms)} ms`).join(', '))
    },
  })
}

function broken(name: string, bad: readonly Connection[]) {
  const which = bad.map(({ address, failure }) => `${address}: ${failure?.message}`).join('; ')
  return fail({
    seen: which,
    expected: 'a connection; another address of the host gave one',
    cure: `Let the server listen on this address too, or remove the address from DNS. Clients that try ${name} first fail or wait for it. For a server of your own machine, write 127.0.0.1 or [::1] in the URL in place of localhost.`,
  })
}
