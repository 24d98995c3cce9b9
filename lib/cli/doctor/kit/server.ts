/** What is known of the server from requests that name nobody. */

import { type Context, shared } from './context.js'
import { codeIn } from './messages.js'
import { rpcRequest } from './rpc-request.js'

/** A `ping` without a key. */
export const anonymous = shared((context) => context.ask(rpcRequest(context, { method: 'ping' })))

/** A `ping` with two different keys that do not exist. allv-mcp says CREDENTIALS_AMBIGUOUS if both arrive. */
export const twoKeys = shared((context) => {
  const headers = { Authorization: 'Bearer doctor-probe-one', 'x-api-key': 'doctor-probe-two' }
  return context.ask(rpcRequest(context, { method: 'ping', headers }))
})

/** Whether the server is allv-mcp: its errors have codes of its own. */
export const isAllv = shared(
  async (context) => codeIn(await anonymous(context)) !== null || codeIn(await twoKeys(context)) !== null,
)

/** The header that names the member. A host may have its own prefix, which `Vary` of every answer shows. */
export async function memberHeader(context: Context): Promise<string> {
  const kind = context.target.member?.includes('@') === true ? 'email' : 'id'
  const vary = (await anonymous(context)).headers.vary ?? ''
  const prefix = /(?:^|[\s,])(x-(?:[\w-]+-)?)user-(?:id|email)\b/i.exec(vary)?.[1]
  return `${prefix?.toLowerCase() ?? 'x-allv-'}user-${kind}`
}
