/** Whether every node behind the address takes what another one has sealed. */

import { defineCheck } from '../kit/check.js'
import { type Context, shared } from '../kit/context.js'
import { answerIn } from '../kit/messages.js'
import { initialize, post } from '../kit/post.js'
import { fail, pass, skip } from '../kit/verdict.js'
import type { Exchange } from '../probe/exchange.js'

const REPEATS = 8

interface Seen {
  readonly id: boolean
  readonly repeats: readonly Exchange[]
}

const openAndRepeat = shared(async (context: Context): Promise<Seen> => {
  const opened = await post(context, initialize())
  const id = opened.headers['mcp-session-id']
  const version = answerIn(opened)?.result?.['protocolVersion']
  const headers = {
    ...(typeof id === 'string' ? { 'Mcp-Session-Id': id } : {}),
    ...(typeof version === 'string' ? { 'MCP-Protocol-Version': version } : {}),
  }
  const ask = () => post(context, { method: 'ping', headers, fresh: true })
  const repeats = await Promise.all(Array.from({ length: REPEATS }, ask))
  return { id: typeof id === 'string', repeats }
})

/** The answers of eight new connections. */
export async function freshAnswers(context: Context): Promise<readonly Exchange[]> {
  return (await openAndRepeat(context)).repeats
}

/** nodes.session */
export const session = defineCheck({
  id: 'nodes.session',
  title: 'a session is valid on every node',
  needs: ['protocol.era-2025'],
  probe: openAndRepeat,
  verdict({ id, repeats }) {
    if (!id) return skip('this server gives no session')
    const lost = repeats.filter(({ status }) => status === 404 || status === 400).length
    if (lost === 0) return pass(`valid on ${repeats.length} new connections`)
    return fail({
      seen: `a session is refused on ${lost} of ${repeats.length} new connections`,
      expected: 'a session that every node takes',
      cure: 'Give every node the same option secret; in a server that keeps sessions in memory, send all requests of a session to one node. Compare also the clocks of the nodes.',
    })
  },
})
