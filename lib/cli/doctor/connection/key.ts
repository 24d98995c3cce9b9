/** Whether key and member can be sent in a header. */

import { defineCheck } from '../kit/check.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** What a key of allv-mcp may consist of, and what a token may. */
const KEY = /^[!-~]{1,512}$/
const TOKEN = /^[!-~]{1,8192}$/
const CONTROL = /\p{Cc}/u

/** inputs.key */
export const key = defineCheck({
  id: 'inputs.key',
  title: 'the key and the member can be sent in a header',
  needs: ['inputs.placeholders'],
  probe: ({ target: { key: given, isToken, member } }) => ({
    problem: problemOf(given, { form: isToken ? TOKEN : KEY, member }),
    isGiven: given !== null,
  }),
  verdict({ problem, isGiven }) {
    if (problem !== null)
      return fail({
        seen: problem,
        expected:
          'a key of 1 to 512 visible ASCII characters, without the word Bearer, and a member on one line',
        cure: 'Copy the value again, without quotes, spaces or line breaks.',
      })
    return isGiven ? pass('as a header needs it') : skip('no key was given')
  },
})

function problemOf(
  given: string | null,
  { form, member }: { readonly form: RegExp; readonly member: string | null },
): string | null {
  if (given !== null && /^bearer\s/i.test(given)) return 'the key begins with the word Bearer'
  if (given !== null && /^(["'`]).*\1$/.test(given)) return 'the key is in quotes'
  if (given !== null && !form.test(given))
    return 'the key contains a space, a line break or a letter that is not ASCII, or is too long'
  if (member !== null && (member.trim() === '' || CONTROL.test(member)))
    return 'the member is empty or contains a line break'
  return null
}
