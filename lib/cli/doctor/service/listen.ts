/** Opens a stream of notifications that a member may have, which begins at once and then waits. */

import { type Context, shared } from '../kit/context.js'
import { discovery } from '../kit/conversation.js'
import { answerIn } from '../kit/messages.js'
import { modern, toSent } from '../kit/post.js'
import type { WatchedStream } from '../probe/watched-stream.js'

/** The first event is sent at once; the rest is the way, and the host. */
const TIMES_SLOW = 2.5

/** The stream until its first event; `null` if the server offers none. */
export const opened = shared(async (context: Context) => {
  const slowest = Math.max(...context.log.map(({ ms }) => ms))
  const { slowMs, timeoutMs } = context.target
  const wait = Math.min(timeoutMs, Math.max(slowMs, slowest) * TIMES_SLOW)
  return listen(context, { firstWithinMs: wait, holdMs: 0 })
})

/** MCP 2026-07-28, basic/patterns/subscriptions. */
export async function listen(
  context: Context,
  limits: { readonly firstWithinMs: number; readonly holdMs: number },
): Promise<WatchedStream | null> {
  if (answerIn(await discovery(context))?.result === null) return null
  const params = { notifications: { toolsListChanged: true } }
  const headers = { Accept: 'text/event-stream, application/json', 'Accept-Encoding': 'gzip, deflate, br' }
  const request = modern({ method: 'subscriptions/listen', params, headers })
  const stream = await context.watch(await toSent(context, request), limits)
  const isRefused =
    stream.status !== null && !/^text\/event-stream/i.test(stream.headers['content-type'] ?? '')
  return isRefused ? null : stream
}
