/**
 * `subscriptions/listen`: one stream of news for one member. What may not be read is cut from the filter before it is acknowledged, the
 * gates are asked again before each event and now and then, and a stream that fails them ends. MCP 2026-07-28, basic/patterns/subscriptions.
 */

import type { ServerResponse } from 'node:http'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import type { HubEvent } from '../adapters/events.js'
import { AllvError, isAllvError } from '../errors.js'
import { isRecord } from '../json-guards.js'
import type { ClientCapabilities } from '../pipeline/abilities.js'
import { auditFact } from '../pipeline/audit.js'
import { callerKey } from '../pipeline/caller-key.js'
import type { Admitted } from '../pipeline/context.js'
import { readmit } from '../pipeline/operations.js'
import type { Plane } from '../pipeline/plane.js'
import type { Accepts } from './accept.js'
import { type Filter, honour, notificationFor } from './listen-filter.js'
import { openedFacts } from './listen-record.js'
import { followTask, type TaskFollower } from './listen-tasks.js'
import { SERVER_INFO, type WireObject } from './results.js'
import { STREAM_HEADERS, toText } from './send.js'

export interface Listen {
  readonly plane: Plane
  readonly admitted: Admitted
  readonly request: JSONRPCRequest
  readonly res: ServerResponse
  readonly accepts: Accepts
  /** What this very request declared. */
  readonly capabilities: ClientCapabilities
}

/** Open streams, counted for each credential and member. */
export type Listeners = Map<string, number>

const MAX_STREAMS = 64
const KEEP_ALIVE_MS = 15_000
/** Gates are asked again at every second keep-alive: at least every 30 seconds. */
const BEATS_PER_CHECK = 2
/** A reader that is this far behind is not reading. */
const MAX_UNSENT_BYTES = 256 * 1024
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId'

/** Resolves when the stream has ended. Refusals are thrown before anything is sent. */
export async function serveListen(listeners: Listeners, listen: Listen): Promise<void> {
  const { plane, admitted, request, accepts, capabilities } = listen
  if (!accepts.stream) throw new AllvError('NOT_ACCEPTABLE')
  const owner = callerKey(admitted.context)
  const open = listeners.get(owner) ?? 0
  if (open >= MAX_STREAMS) throw new AllvError('TOO_MANY_STREAMS')
  listeners.set(owner, open + 1)
  try {
    const asked = request.params?.['notifications']
    const filter = await honour(plane, admitted, asked, capabilities)
    await auditFact(plane, admitted, openedFacts(filter, asked))
    const reason = await stream(listen, filter)
    await auditFact(plane, admitted, {
      type: 'stream.closed',
      operation: 'subscriptions/listen',
      outcome: reason,
    })
  } finally {
    const left = (listeners.get(owner) ?? 1) - 1
    if (left > 0) listeners.set(owner, left)
    else listeners.delete(owner)
  }
}

type End = 'client gone' | 'server closing' | 'nothing to send' | 'reader too slow' | 'refused'

/** Runs the stream, and tells why it ended. */
function stream({ plane, admitted, request, res, capabilities }: Listen, filter: Filter): Promise<End> {
  return new Promise((resolve) => {
    const send = (frame: WireObject) =>
      void res.write(`event: message\ndata: ${toText({ jsonrpc: '2.0', ...frame }).join('')}\n\n`)
    const stamp = ({ _meta: meta = {}, ...params }: WireObject = {}) => ({
      ...params,
      _meta: { ...(isRecord(meta) ? meta : {}), [SUBSCRIPTION_ID]: request.id },
    })
    let ended = false
    const over = new AbortController()
    let checked: Promise<void> = Promise.resolve()

    const end = (why: End) => {
      if (ended) return
      ended = true
      over.abort()
      clearInterval(beat)
      unsubscribe()
      admitted.closing.removeEventListener('abort', onClosing)
      if (why === 'reader too slow') res.destroy()
      else if (!res.destroyed) {
        const meta = { [SUBSCRIPTION_ID]: request.id, [SERVER_INFO]: plane.config.serverInfo }
        send({ id: request.id, result: { resultType: 'complete', _meta: meta } })
        res.end()
      }
      resolve(why)
    }
    const check = async (then: (current: Admitted) => Promise<void>) => {
      try {
        if (!ended) await then(await readmit(plane, admitted))
      } catch (error) {
        if (!isAllvError(error))
          plane.config.onError(error, { correlationId: admitted.correlationId, code: 'INTERNAL' })
        end('refused')
      }
    }
    const enqueue = (then: (current: Admitted) => Promise<void>) => {
      checked = checked.then(() => check(then))
    }
    const onEvent = (event: HubEvent) =>
      enqueue(async (current) => {
        const note = await notificationFor(plane, current, filter, event)
        if (note === null || ended) return
        if (res.writableLength > MAX_UNSENT_BYTES) end('reader too slow')
        else send({ method: note.method, params: stamp(note.params) })
      })
    const onClosing = () => end('server closing')
    let beats = 0
    const beat = setInterval(() => {
      beats += 1
      if (res.writableLength > MAX_UNSENT_BYTES) return end('reader too slow')
      res.write(': keep-alive\n\n')
      if (beats % BEATS_PER_CHECK === 0) enqueue(async () => {})
    }, KEEP_ALIVE_MS)
    beat.unref()

    res.writeHead(200, STREAM_HEADERS)
    send({ method: 'notifications/subscriptions/acknowledged', params: stamp({ notifications: filter }) })
    const { workspaceId, member } = admitted.context
    const unsubscribe = plane.hub.subscribe({ workspaceId, memberId: member.id }, onEvent)
    res.once('close', () => end('client gone'))
    const follower: TaskFollower = {
      plane,
      admitted,
      capabilities,
      signal: over.signal,
      send: (task) => !ended && send({ method: 'notifications/tasks', params: stamp(task) }),
    }
    for (const id of filter.taskIds ?? []) void followTask(follower, id)
    admitted.closing.addEventListener('abort', onClosing, { once: true })
    if (Object.keys(filter).length === 0) end('nothing to send')
    else if (admitted.closing.aborted) onClosing()
    else if (res.destroyed) end('client gone')
  })
}
