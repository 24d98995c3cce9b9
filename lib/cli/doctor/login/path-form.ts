/** Whether clients that do not read the header find the metadata as well. */

import { METADATA_PATH } from '../../../oauth/resource.js'
import { defineCheck } from '../kit/check.js'
import { answerText } from '../kit/pages.js'
import { getPath, metadataIn } from '../kit/resource-metadata.js'
import { pass, skip, warn } from '../kit/verdict.js'
import { documentOf, NOT_ASKED } from './login.js'

/** oauth.well-known. RFC 9728, section 3.1. */
export const loginPathForm = defineCheck({
  id: 'oauth.well-known',
  title: 'the metadata are also where clients look without the header',
  needs: ['oauth.metadata'],
  probe: async (context) => {
    const document = await documentOf(context)
    if (document === null) return null
    const path = `${METADATA_PATH}${context.target.url.pathname.replace(/\/$/, '')}`
    return { document, found: await getPath(context, path) }
  },
  verdict(seen) {
    if (seen === null) return skip(NOT_ASKED)
    const { document, found } = seen
    const same = found.status === 200 && metadataIn(found)?.['resource'] === document['resource']
    if (same) return pass(`${found.sent.path} has them`)
    return warn({
      seen: `${found.sent.path} answers ${answerText(found)}`,
      expected: 'the same metadata',
      cure: 'Mount app.use(router.wellKnown) at the root of the app, before any catch-all, and let the proxy forward /.well-known/. Some clients look only there.',
    })
  },
})
