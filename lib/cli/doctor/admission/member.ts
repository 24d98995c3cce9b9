/** Whether the member may work with this key. */

import { defineCheck } from '../kit/check.js'
import { admission } from '../kit/conversation.js'
import { answerIn, codeIn } from '../kit/messages.js'
import { fail, pass, type Verdict } from '../kit/verdict.js'

/** access.member */
export const member = defineCheck({
  id: 'access.member',
  title: 'the member may work with this key',
  needs: ['access.member-header'],
  probe: admission,
  verdict(answer, { target }) {
    const message = answerIn(answer)?.error?.message ?? ''
    switch (codeIn(answer)) {
      case 'MEMBER_REQUIRED':
        return refused(
          message,
          'This key is for several members: say which one with --member, and in the client with a header.',
        )
      case 'MEMBER_AMBIGUOUS':
        return refused(message, 'Two member headers arrive. Does a proxy add one, or send one twice?')
      case 'MEMBER_NOT_ALLOWED':
        if (target.isToken)
          return refused(
            message,
            'The token is good, and its person is no active member of this workspace. In the host, link the issuer and the subject of the token to the member: members.findBySubject.',
          )
        return refused(
          message,
          'The member is unknown in this workspace, inactive, or not one for whom this key may act; by design the answer is the same for all three. Check the spelling, and ask an administrator whether the member is active.',
        )
      default:
        return pass(target.member === null ? 'no member is asked for' : `works as ${target.member}`)
    }
  },
})

function refused(seen: string, cure: string): Verdict {
  return fail({ seen, expected: 'an active member of the workspace for whom the key may act', cure })
}
