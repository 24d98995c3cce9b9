/** Whether the root of the origin says that there are no metadata of its own. */

import { METADATA_PATH } from '../../../oauth/resource.js'
import { defineCheck } from '../kit/check.js'
import { answerText } from '../kit/pages.js'
import { getPath } from '../kit/resource-metadata.js'
import { pass, skip, warn } from '../kit/verdict.js'
import { documentOf, NOT_ASKED } from './login.js'

/** oauth.root. Clients that probe the root first stop at a page, at a login, and at the metadata of another resource. */
export const loginRoot = defineCheck({
  id: 'oauth.root',
  title: 'the root has no metadata of something else',
  needs: ['oauth.metadata'],
  probe: async (context) => ((await documentOf(context)) === null ? null : getPath(context, METADATA_PATH)),
  verdict(found) {
    if (found === null) return skip(NOT_ASKED)
    if (found.status === 404) return pass(`${METADATA_PATH} is not there`)
    return warn({
      seen: `${METADATA_PATH} answers ${answerText(found)}`,
      expected: '404',
      cure: 'Mount app.use(router.wellKnown) before any catch-all and before a login that covers everything: it answers 404.',
    })
  },
})
