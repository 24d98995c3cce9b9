/** Talks with the server as a client that was let in. */

import type { Exchange } from '../probe/exchange.js'
import type { Context } from './context.js'
import { shared } from './context.js'
import { type Answer, answerIn } from './messages.js'
import { initialize, modern, type Posting, post } from './post.js'
import { isAllv } from './server.js'

/** `initialize` with the key as `Authorization: Bearer` and the member: the first request of a client. */
export const admission = shared((context) => post(context, initialize()))

/** The same request again in the stateless era: `server/discover`. */
export const discovery = shared((context) => post(context, modern({ method: 'server/discover' })))

/** Sends a request in the newest era with `initialize` if the server has one, else in the stateless era. */
export async function converse(context: Context, posting: Posting): Promise<Exchange> {
  const version = answerIn(await admission(context))?.result?.['protocolVersion']
  if (typeof version !== 'string') return post(context, modern(posting))
  const headers = {
    'MCP-Protocol-Version': version,
    ...(await sessionOf(context)),
    ...posting.headers,
  }
  return post(context, { ...posting, headers })
}

/** The result of a method; the answer itself if it is none. */
export async function resultOf(
  context: Context,
  posting: Posting,
): Promise<{ readonly result: NonNullable<Answer['result']> | null; readonly answer: Exchange }> {
  const answer = await converse(context, posting)
  return { result: answerIn(answer)?.result ?? null, answer }
}

/** The session of a server that keeps one. allv-mcp needs none, and another node may not know it. */
async function sessionOf(context: Context): Promise<Readonly<Record<string, string>>> {
  const id = (await admission(context)).headers['mcp-session-id']
  return typeof id === 'string' && !(await isAllv(context)) ? { 'Mcp-Session-Id': id } : {}
}
