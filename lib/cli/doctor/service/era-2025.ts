/** Whether the versions with `initialize` are served as they are asked for. */

import { defineCheck } from '../kit/check.js'
import { type Context, shared } from '../kit/context.js'
import { answerIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { initialize, post, VERSIONS_2025 } from '../kit/post.js'
import { isAllv } from '../kit/server.js'
import { fail, pass, skip, type Verdict } from '../kit/verdict.js'

interface Offered {
  readonly version: string
  /** `null` if `initialize` was refused. */
  readonly answered: string | null
  readonly text: string
}

const offerAll = shared((context: Context) =>
  Promise.all(VERSIONS_2025.map((version) => offer(context, version))),
)

/** protocol.era-2025 */
export const era2025 = defineCheck({
  id: 'protocol.era-2025',
  title: 'each version from 2024-11-05 to 2025-11-25 is answered as it was asked',
  needs: ['protocol.server'],
  probe: async (context) => ({ offered: await offerAll(context), allv: await isAllv(context) }),
  verdict({ offered, allv }) {
    const pairs = offered.map(({ version, answered }) => `${version} → ${answered ?? 'refused'}`).join(', ')
    const agreed = offered.filter(({ answered }) => answered !== null)
    if (agreed.length === 0) return refused(offered[0]?.text ?? '', allv)
    const other = offered.filter(({ version, answered }) => answered !== version)
    if (other.length === 0) return pass(pairs)
    // MCP 2025-11-25, basic/lifecycle: a server may answer with another version that it serves.
    if (!allv) return pass(`${pairs}; a server may answer with another version`)
    return fail({
      seen: pairs,
      expected: 'the version that was asked for',
      cure: 'Something between client and endpoint changes the body of initialize. Switch off the MCP features of the gateway for this path.',
    })
  },
})

function refused(seen: string, allv: boolean): Verdict {
  if (!allv) return skip(`this server has no initialize: ${seen}`)
  return fail({
    seen: `initialize is refused: ${seen}`,
    expected: 'an answer to initialize',
    cure: 'Something between client and endpoint changes the body of the request.',
  })
}

async function offer(context: Context, version: string): Promise<Offered> {
  const answer = await post(context, initialize(version))
  const found = answerIn(answer)
  const answered = found?.result?.['protocolVersion']
  const text = found?.error?.message ?? answerText(answer)
  return { version, answered: typeof answered === 'string' ? answered : null, text }
}
