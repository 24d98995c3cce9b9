/** Whether the host name has an address. */

import { isIP } from 'node:net'
import { defineCheck } from '../kit/check.js'
import { fail, pass } from '../kit/verdict.js'
import { hostOf } from '../probe/addresses.js'
import { toProbeFailure } from '../probe/probe-failure.js'

/** reach.dns */
export const dns = defineCheck({
  id: 'reach.dns',
  title: 'the host name has an address',
  needs: ['inputs.url'],
  probe: async (context) => {
    const host = hostOf(context.target.url)
    const found = await context.addresses().catch(toProbeFailure)
    return { host, found }
  },
  verdict({ host, found }) {
    if (!(found instanceof Error)) {
      const all = found.map(({ address }) => address).join(', ')
      return pass(isIP(host) === 0 ? `${host} is ${all}` : `${host} is an address`)
    }
    return fail({
      seen: `${host}: ${found.message}`,
      expected: 'an address',
      cure: 'Check the spelling of the host name. Does it need a VPN, or a DNS record that is not there yet?',
    })
  },
})
