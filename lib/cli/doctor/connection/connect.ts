/** Whether any address of the host takes connections. */

import { defineCheck } from '../kit/check.js'
import { fail, pass } from '../kit/verdict.js'
import { toProbeFailure } from '../probe/probe-failure.js'

/** reach.connect */
export const connect = defineCheck({
  id: 'reach.connect',
  title: 'the host takes connections',
  needs: ['reach.dns'],
  probe: async (context) => ({
    port: context.target.port,
    open: await context.reachable().catch(toProbeFailure),
  }),
  verdict({ port, open }) {
    if (!(open instanceof Error)) return pass(`${open.address}, port ${port}`)
    return fail({
      seen: `port ${port}: ${open.message}`,
      expected: 'a connection',
      cure: 'Is the server running, does it listen on this port for connections from outside, and does a firewall let you through?',
    })
  },
})
