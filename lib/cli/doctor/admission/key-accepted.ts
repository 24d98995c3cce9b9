/** Whether the key is valid for this workspace. */

import { defineCheck } from '../kit/check.js'
import type { Context } from '../kit/context.js'
import { admission } from '../kit/conversation.js'
import { codeIn, correlationIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'
import { anonymous } from '../kit/server.js'
import { misfitOf } from '../kit/token-facts.js'
import { blockedBy, fail, pass, skip, type Verdict } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

/** access.key */
export const keyAccepted = defineCheck({
  id: 'access.key',
  title: 'the key is accepted',
  needs: ['access.available'],
  probe: async (context) => ({
    bare: await anonymous(context),
    misfit: misfitIn(context),
    answer: context.target.key === null ? null : await admission(context),
  }),
  verdict({ bare, answer, misfit }, { target }) {
    if (answer !== null) return judged(answer, target.isToken ? tokenCure(misfit) : null)
    return bare.status === 401 || bare.status === 403
      ? blockedBy(
          'access.key',
          'the server asks for a key, and none was given: pass --key-env NAME, or --token-env NAME',
        )
      : skip('the server asks for no key')
  },
})

function misfitIn({ target: { key, isToken, url } }: Context): string | null {
  return key === null || !isToken ? null : misfitOf(key, url, Date.now())
}

function tokenCure(misfit: string | null): string {
  if (misfit !== null) return `The token itself says why: ${misfit}. Sign in again, or correct the settings.`
  return 'Nothing in the token itself is wrong, so it is its issuer, its signature, or a revocation. The audit log of the host has the reason'
}

function judged(answer: Exchange, cureOfToken: string | null): Verdict {
  const isRefused = answer.status === 401 || (answer.status === 403 && codeIn(answer) === null)
  if (!isRefused) return pass('the key is accepted')
  const id = correlationIn(answer)
  const when = id === null ? `at ${new Date(answer.at).toISOString()}` : `at the request ${id}`
  return fail({
    seen: `the key arrives and is refused: ${answerText(answer)}`,
    expected: `a ${cureOfToken === null ? 'key' : 'token'} that is valid for this workspace`,
    cure:
      cureOfToken ??
      `The key is unknown, expired, revoked or of another workspace; by design the answer is the same for all four. Compare the workspace in the URL with that of the key. An operator finds the reason in the audit log, ${when}.`,
  })
}
