/** Whether the address can be used at all, without sending the key in clear text. */

import { isLoopback } from '../../../foundation/text/loopback.js'
import { defineCheck } from '../kit/check.js'
import { placeholderIn } from '../kit/placeholders.js'
import { fail, pass, warn } from '../kit/verdict.js'

/** inputs.url */
export const url = defineCheck({
  id: 'inputs.url',
  title: 'the URL is complete, and keeps the key secret on its way',
  needs: [],
  probe: ({ target }) => target,
  verdict({ url: given, allowHttp }, { redact }) {
    const placeholder = placeholderIn(decoded(given.href))
    if (placeholder !== null) {
      return fail({
        seen: `the URL contains ${placeholder}, which is a placeholder`,
        expected: 'the real address of the endpoint',
        cure: 'Put in the real value. Your shell or your client did not replace the placeholder.',
      })
    }
    const isSecret = given.protocol === 'https:' || isLoopback(given.hostname)
    const finding = {
      seen: 'plain HTTP to another machine: everybody on the way can read the key',
      expected: 'https://',
      cure: 'Use the https:// address. If the network is yours alone, pass --allow-http.',
    }
    if (!isSecret) return allowHttp ? warn(finding) : fail(finding)
    if (redact(given.href) !== given.href) {
      return warn({
        seen: 'the key is in the URL',
        expected: 'the key in a header only',
        cure: 'Remove it from the URL, and make a new key: proxies, logs and histories keep addresses.',
      })
    }
    return pass(given.href)
  },
})

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
