/** Whether the stateless era, 2026-07-28, is served. */

import { defineCheck } from '../kit/check.js'
import { discovery } from '../kit/conversation.js'
import { answerIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { VERSION_2026 } from '../kit/post.js'
import { isAllv } from '../kit/server.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** protocol.era-2026 */
export const era2026 = defineCheck({
  id: 'protocol.era-2026',
  title: `${VERSION_2026}, the version without sessions, is served`,
  needs: ['protocol.version-header'],
  probe: async (context) => ({ answer: await discovery(context), allv: await isAllv(context) }),
  verdict({ answer, allv }) {
    const found = answerIn(answer)
    const versions = found?.result?.['supportedVersions']
    if (Array.isArray(versions) && versions.includes(VERSION_2026))
      return pass(versions.map(String).join(', '))
    const seen = found?.error?.message ?? answerText(answer)
    if (!allv) return skip(`this server does not serve ${VERSION_2026}: ${seen}`)
    return fail({
      seen,
      expected: `an answer to server/discover that names ${VERSION_2026}`,
      cure: 'Something between client and endpoint changes the body of the request, or its answer.',
    })
  },
})
