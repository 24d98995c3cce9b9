/**
 * Runs one open listen stream. Admission is checked again before events are sent: one check at a time, for all events that came meanwhile.
 * A task is sent when the client has taken all data before it.
 */

import type { ServerResponse } from 'node:http'
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { readmit } from '../../control-plane/admission/admit.js'
import type { ClientCapabilities } from '../../control-plane/input/capabilities.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { HeardEvent } from '../../control-plane/runtime/runtime-events.js'
import { MOST_TIMER_MS } from '../../foundation/async/deadline.js'
import { isAllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import { EventStream } from '../http/event-stream.js'
import type { ResponseWriter } from '../http/response-writer.js'
import { memorySpaceOf } from '../methods/memory-uri.js'
import { SERVER_INFO, type WireObject } from '../methods/results.js'
import { type Filter, isReadable } from './listen-filter.js'
import { type Interest, interestOf, type Note, noteFor } from './listen-notes.js'
import type { TaskFollowers, TaskListener } from './listen-tasks.js'

/** Why a stream ended, for the audit log. */
export type End =
  | 'client gone'
  | 'server closing'
  | 'nothing to send'
  | 'reader too slow'
  | 'refused'
  | 'token ended'
  | 'credential ended'

/** The request that opens a stream. */
export interface Opening {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly request: JSONRPCRequest
  readonly res: ServerResponse
  readonly writer: ResponseWriter
  /** What the client declared in this request. */
  readonly capabilities: ClientCapabilities
}

/** Admission is checked again at every second keep-alive: every 30 seconds. */
const KEEP_ALIVES_PER_CHECK = 2
const MAX_BACKLOG_BYTES = 256 * 1024
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId'

/** One stream, from the acknowledgement to its final result. */
export class ListenStream implements TaskListener {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly capabilities: ClientCapabilities
  readonly #opening: Opening
  readonly #interest: Interest
  readonly #events: EventStream
  /** Notifications to send, without duplicates, in the order of their events. */
  readonly #notes = new Map<string, Note>()
  /** Tasks that changed while the client was behind, and the function that sends each again. */
  readonly #missed = new Map<string, () => void>()
  readonly #cleanups: (() => void)[] = []
  #onEnd: ((why: End) => void) | null = null
  #keepAlives = 0
  #checkIsDue = false
  #checking = false

  constructor(opening: Opening, filter: Filter) {
    this.#opening = opening
    this.runtime = opening.runtime
    this.admitted = opening.admitted
    this.capabilities = opening.capabilities
    this.#interest = interestOf(filter, memorySpaceOf(opening.runtime, opening.admitted))
    this.#events = new EventStream(opening.writer, {
      maxBacklogBytes: MAX_BACKLOG_BYTES,
      onKeepAlive: () => this.#onKeepAlive(),
    })
  }

  /** Runs the stream. Resolves with the reason when it has ended. */
  run(followers: TaskFollowers): Promise<End> {
    return new Promise((resolve) => {
      this.#onEnd = resolve
      this.#open(followers)
    })
  }

  /** See `TaskListener`. */
  take(taskId: string, task: WireObject, again: () => void): boolean {
    const { writer } = this.#opening
    if (this.#onEnd === null) return true
    if (writer.isFree) {
      this.#missed.delete(taskId)
      this.#send('notifications/tasks', task)
      this.#sendMissed()
      return true
    }
    this.#missed.set(taskId, again)
    this.#sendMissed()
    return false
  }

  /** See `TaskListener`. */
  refuse(): void {
    this.#end('refused')
  }

  #open(followers: TaskFollowers): void {
    const { runtime, admitted, res } = this.#opening
    const { filter } = this.#interest
    const { workspaceId, member } = admitted.context
    const onClose = () => this.#end('client gone')
    const onClosing = () => this.#end('server closing')
    const endsIn = msUntilEnd(admitted)
    const timer = endsIn === null ? undefined : setTimeout(() => this.#end(endOf(admitted)), endsIn).unref()
    // The host has sent a response, or the client is gone. There is no stream to end.
    if (!this.#events.open()) {
      this.#cleanUp()?.('client gone')
      return
    }
    this.#send('notifications/subscriptions/acknowledged', { notifications: filter })
    res.once('close', onClose)
    admitted.received.closing.addEventListener('abort', onClosing, { once: true })
    this.#cleanups.push(
      runtime.eventBus.subscribe({ workspaceId, memberId: member.id }, (event) => this.#onEvent(event)),
      () => res.off('close', onClose),
      () => clearTimeout(timer),
      () => admitted.received.closing.removeEventListener('abort', onClosing),
      ...(filter.taskIds ?? []).map((id) => followers.join(this, id)),
    )
    if (Object.keys(filter).length === 0) this.#end('nothing to send')
    else if (admitted.received.closing.aborted) onClosing()
    else if (res.destroyed) onClose()
  }

  #onEvent(event: HeardEvent): void {
    const note = noteFor(this.#interest, event)
    if (note === null) return
    this.#notes.set(note.uri ?? note.method, note)
    void this.#check()
  }

  #onKeepAlive(): void {
    this.#keepAlives += 1
    if (this.#keepAlives % KEEP_ALIVES_PER_CHECK > 0) return
    this.#checkIsDue = true
    void this.#check()
  }

  async #check(): Promise<void> {
    const { runtime, admitted } = this.#opening
    if (this.#checking) return
    this.#checking = true
    try {
      while (this.#onEnd !== null && (this.#checkIsDue || this.#notes.size > 0)) {
        this.#checkIsDue = false
        const notes = [...this.#notes.values()]
        this.#notes.clear()
        await this.#sendAll(await readmit(runtime, admitted), notes)
      }
    } catch (error) {
      if (!isAllvError(error))
        runtime.config.onError(error, { correlationId: admitted.context.correlationId, code: 'INTERNAL' })
      this.#end('refused')
    } finally {
      this.#checking = false
    }
  }

  async #sendAll(current: Admitted, notes: readonly Note[]): Promise<void> {
    for (const { method, uri, mustBeReadable } of notes) {
      if (uri === null) this.#send(method)
      else if (!mustBeReadable || (await isReadable(this.runtime, current, uri))) this.#send(method, { uri })
    }
  }

  #send(method: string, { _meta: meta, ...params }: WireObject = {}): void {
    if (this.#onEnd === null) return
    const { request, writer } = this.#opening
    const withSubscription = { ...(isRecord(meta) ? meta : {}), [SUBSCRIPTION_ID]: request.id }
    this.#events.send({ jsonrpc: '2.0', method, params: { ...params, _meta: withSubscription } })
    if (writer.isOver) this.#end('client gone')
  }

  #sendMissed(): void {
    if (this.#missed.size === 0) return
    this.#opening.writer.whenFree(() => {
      for (const [taskId, again] of this.#missed) {
        this.#missed.delete(taskId)
        return again()
      }
    })
  }

  #end(why: End): void {
    const onEnd = this.#cleanUp()
    if (onEnd === null) return
    const { runtime, request, writer } = this.#opening
    const _meta = { [SUBSCRIPTION_ID]: request.id, [SERVER_INFO]: runtime.config.serverInfo }
    this.#events.send({ jsonrpc: '2.0', id: request.id, result: { resultType: 'complete', _meta } })
    this.#events.end()
    onEnd(writer.wasCutOff ? 'reader too slow' : why)
  }

  /** Removes all listeners. Returns the function that ends the stream, or `null` on a second call. */
  #cleanUp(): ((why: End) => void) | null {
    const onEnd = this.#onEnd
    this.#onEnd = null
    for (const cleanUp of this.#cleanups.splice(0)) cleanUp()
    this.#notes.clear()
    this.#missed.clear()
    return onEnd
  }
}

/** How long the credential of a stream is good, in milliseconds; `null` if that is not known. The stream ends with it. */
function msUntilEnd({ principal: { expiresAt } }: Admitted): number | null {
  return expiresAt === undefined
    ? null
    : Math.min(MOST_TIMER_MS, Math.max(0, expiresAt.getTime() - Date.now()))
}

function endOf({ principal }: Admitted): End {
  return principal.credential.kind === 'oauth' ? 'token ended' : 'credential ended'
}
