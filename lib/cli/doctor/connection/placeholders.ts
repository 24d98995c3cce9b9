/** Whether key and member are values, and not placeholders that nobody replaced. */

import { defineCheck } from '../kit/check.js'
import { placeholderIn } from '../kit/placeholders.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** inputs.placeholders */
export const placeholders = defineCheck({
  id: 'inputs.placeholders',
  title: 'the key and the member are real values, not placeholders',
  needs: [],
  probe: ({ target: { key, member } }) =>
    [
      { name: 'key', value: key },
      { name: 'member', value: member },
    ].flatMap(({ name, value }) => (value === null ? [] : [{ name, placeholder: placeholderIn(value) }])),
  verdict(given) {
    if (given.length === 0) return skip('neither a key nor a member was given')
    const found = given.filter(({ placeholder }) => placeholder !== null)
    if (found.length === 0) return pass('no placeholder')
    return fail({
      seen: `the ${found.map(({ name }) => name).join(' and the ')} is a placeholder that nobody replaced`,
      expected: 'the value itself',
      cure: 'Set the variable before the client starts, and use the syntax of your client for it: each has its own.',
    })
  },
})
