/** Whether the header that names the member arrives. */

import { defineCheck } from '../kit/check.js'
import { type Context, shared } from '../kit/context.js'
import { admission } from '../kit/conversation.js'
import { codeIn } from '../kit/messages.js'
import { initialize, post } from '../kit/post.js'
import { isAllv, memberHeader } from '../kit/server.js'
import { fail, pass, skip } from '../kit/verdict.js'

/** A name that no member has. */
const NOBODY = 'doctor-probe-nobody'

interface Seen {
  readonly header: string
  readonly code: string | null
  /** The status if the header names nobody. A key that is bound to one member would hide that the header is lost. */
  readonly withNobody: number
}

const look = shared(async (context: Context): Promise<Seen | null> => {
  if (context.target.member === null || context.target.key === null || !(await isAllv(context))) return null
  const header = await memberHeader(context)
  const code = codeIn(await admission(context))
  const ask = async () => (await post(context, { ...initialize(), headers: { [header]: NOBODY } })).status
  return { header, code, withNobody: code === null ? await ask() : 400 }
})

/** access.member-header */
export const memberHeaderArrives = defineCheck({
  id: 'access.member-header',
  title: 'the header that names the member reaches the endpoint',
  needs: ['access.feature'],
  probe: look,
  verdict(seen) {
    if (seen === null) return skip('no member was given, or the server is not allv-mcp')
    const { header, code, withNobody } = seen
    if (code !== 'MEMBER_REQUIRED' && withNobody >= 400) return pass(`${header} arrives`)
    return fail({
      seen: `the header ${header} was sent and did not arrive`,
      expected: 'the header as it was sent',
      cure: `Let the proxy pass ${header} on, with its hyphens: some replace them by underscores, and nginx then drops the header. If the host app has its own brand.headerPrefix, its headers have other names.`,
    })
  },
})
