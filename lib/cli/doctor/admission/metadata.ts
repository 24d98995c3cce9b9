/** Whether clients that look for an OAuth login after a 401 find one that exists, or none. */

import { defineCheck } from '../kit/check.js'
import { answerText } from '../kit/pages.js'
import { metadataIn, namedMetadata } from '../kit/resource-metadata.js'
import { anonymous } from '../kit/server.js'
import { fail, pass, skip, type Verdict } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

/** access.metadata */
export const metadata = defineCheck({
  id: 'access.metadata',
  title: 'a client that looks for a login finds one that exists, or none',
  needs: ['access.challenge'],
  probe: async (context) => ((await anonymous(context)).status === 401 ? namedMetadata(context) : null),
  verdict(seen, { target }) {
    if (seen === null) return skip('the server asks for no login')
    return seen.named === null ? unnamed(seen.found) : judged(seen.named, seen.found, target.url)
  },
})

/** Most servers that use keys have no metadata, and that is right. */
function unnamed(found: Exchange | null): Verdict {
  if (found === null || found.status >= 300) return pass('no OAuth login, which is right where keys are used')
  if (metadataIn(found) !== null) return pass('the metadata of an OAuth login, which the 401 does not name')
  return fail({
    seen: `${found.sent.path} answers ${answerText(found)}`,
    expected: '404, or the metadata of an OAuth login as JSON',
    cure: 'Let the app answer 404 below /.well-known/oauth-protected-resource. Clients take this page for the beginning of a login, and stop there.',
  })
}

function judged(named: string, found: Exchange | null, url: URL): Verdict {
  if (found === null) {
    return fail({
      seen: `the 401 names metadata at another host: ${named}`,
      expected: `an address at ${url.origin}`,
      cure: 'Set publicUrl, or its like, to the address that clients use. Behind a proxy, the app must know its outer host name and scheme.',
    })
  }
  if (found.status === 200 && metadataIn(found) !== null) return pass(`an OAuth login, described at ${named}`)
  return fail({
    seen: `the 401 names metadata at ${named}, which answers ${answerText(found)}`,
    expected: 'the metadata as JSON',
    cure: 'Serve the metadata there, or leave resource_metadata out of WWW-Authenticate. Clients start a login that cannot end.',
  })
}
