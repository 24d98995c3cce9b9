/** Whether the header Authorization arrives. */

import { defineCheck } from '../kit/check.js'
import type { Context } from '../kit/context.js'
import { admission } from '../kit/conversation.js'
import { answerIn, codeIn } from '../kit/messages.js'
import { initialize, post } from '../kit/post.js'
import { isAllv, twoKeys } from '../kit/server.js'
import { blockedBy, fail, pass, skip, type Verdict } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

interface Seen {
  readonly bearer: Exchange
  /** The same key in the other header; `null` if there was no need to ask. */
  readonly other: Exchange | null
  /** Whether both headers arrived together. */
  readonly bothArrive: boolean
  readonly allv: boolean
}

/** access.authorization */
export const authorization = defineCheck({
  id: 'access.authorization',
  title: 'the header Authorization reaches the endpoint',
  needs: ['http.cache', 'inputs.placeholders', 'inputs.key'],
  probe: (context) => (context.target.key === null ? null : look(context)),
  verdict(seen) {
    if (seen === null) return skip('no key was given')
    const { bearer, other, bothArrive, allv } = seen
    if (bearer.status !== 401) return pass(`a request with the key is answered ${bearer.status}`)
    if (answerIn(bearer) === null) return blockedBy('access.challenge', 'the 401 says nothing about the key')
    const saysInvalid = /error="?invalid_token/i.test(bearer.headers['www-authenticate'] ?? '')
    if (other !== null && other.status !== 401) return dropped('the same key in x-api-key is accepted')
    if (saysInvalid || bothArrive) return pass('the key arrives, and is refused')
    return allv
      ? dropped('the endpoint says that no key came')
      : skip('the 401 does not say whether a key came')
  },
})

async function look(context: Context): Promise<Seen> {
  const bearer = await admission(context)
  const allv = await isAllv(context)
  if (bearer.status !== 401 || !allv || context.target.isToken)
    return { bearer, other: null, bothArrive: false, allv }
  const other = await post(context, { ...initialize(), as: 'x-api-key' })
  const bothArrive = codeIn(await twoKeys(context)) === 'CREDENTIALS_AMBIGUOUS'
  return { bearer, other, bothArrive, allv }
}

function dropped(sign: string): Verdict {
  return fail({
    seen: `the header Authorization was sent and did not arrive: ${sign}`,
    expected: 'the header as it was sent',
    cure: 'Something in front of the app removes it. In Apache set CGIPassAuth On, in nginx check proxy_set_header Authorization, in an API gateway allow the header. Until then clients can send the key as x-api-key.',
  })
}
