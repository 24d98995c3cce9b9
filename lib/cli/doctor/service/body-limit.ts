/** Whether something in front of the app refuses large requests. */

import { defineCheck } from '../kit/check.js'
import { isAllv } from '../kit/server.js'
import { fail, pass, warn } from '../kit/verdict.js'
import { bodyFacts } from './body-facts.js'

/** body.limit */
export const bodyLimit = defineCheck({
  id: 'body.limit',
  title: 'a large request reaches the endpoint',
  needs: ['body.host-parser'],
  probe: async (context) => ({ facts: await bodyFacts(context), allv: await isAllv(context) }),
  verdict({ facts: { taken, refused }, allv }) {
    if (refused === null || refused.by === 'app') return pass(`${sizeOf(taken)} is taken`)
    if (refused.by === 'endpoint')
      return pass(
        `${sizeOf(taken)} is taken; the endpoint itself refuses ${sizeOf(refused.bytes)} (bodyLimitBytes)`,
      )
    const finding = {
      seen: `${sizeOf(refused.bytes)} is refused before it reaches the endpoint: ${refused.text}`,
      expected: 'an answer of the endpoint',
      cure: 'Raise the limit of the proxy for this path (in nginx: client_max_body_size 4m). A firewall may refuse by size too.',
    }
    return allv ? fail(finding) : warn(finding)
  },
})

/** Bytes for people. */
export function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${bytes / 1_000_000} MB`
}
