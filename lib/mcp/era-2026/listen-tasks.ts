/**
 * Sends `notifications/tasks` to listen streams, each with the whole task. A node reads a task once for all streams of one member that follow
 * it. MCP tasks extension, Task Status Notifications.
 */

import { readmit } from '../../control-plane/admission/admit.js'
import { nextState } from '../../control-plane/approvals/watch.js'
import {
  type ClientCapabilities,
  declaresTasks,
  elicitationModes,
} from '../../control-plane/input/capabilities.js'
import { getTask } from '../../control-plane/operations/tasks.js'
import type { Admitted, Received } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { TaskView } from '../../control-plane/tasks/task-view.js'
import { aborted, withDeadline } from '../../foundation/async/deadline.js'
import { digestApiKey } from '../../foundation/crypto/api-key.js'
import { isAllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { WireObject } from '../methods/results.js'
import { isOver, toWireTask } from '../methods/task-results.js'
import { ConcurrencyLimit } from './concurrency-limit.js'

/** A stream that follows tasks. */
export interface TaskListener {
  readonly runtime: Runtime
  readonly admitted: Admitted
  /** What the client declared in the request that opened the stream. */
  readonly capabilities: ClientCapabilities
  /** Sends the state of a task. `false`: the client is behind, and `again` is called when it can take more. */
  take(taskId: string, task: WireObject, again: () => void): boolean
  /** Ends the stream, since the member is no longer admitted. */
  refuse(): void
}

/** Milliseconds between two reads of a task, since events may be lost. */
const SAFETY_MS = 5000
/** The same for a task that has ended, and that only slow clients have not received. */
const READERS_MS = 60_000
/** Reads at the same time for one member, since a read holds a whole outcome in memory. */
const MOST_READS = 4

/** The tasks that the streams of one router follow. */
export class TaskFollowers {
  readonly #followers = new Map<string, Follower>()
  readonly #reads = new ConcurrencyLimit(MOST_READS)

  /** Follows a task until the returned function is called. */
  join(listener: TaskListener, taskId: string): () => void {
    const owner = ownerOf(listener)
    const name = JSON.stringify([owner, taskId])
    const follower =
      this.#followers.get(name) ??
      new Follower(listener, taskId, {
        limit: (read) => this.#reads.run(owner, read),
        onEnd: () => this.#followers.delete(name),
      })
    this.#followers.set(name, follower)
    follower.add(listener)
    return () => follower.remove(listener)
  }
}

/** A key of all facts that decide what a stream may receive, and in which form. Streams with the same key share one follower. */
function ownerOf({ admitted, capabilities }: TaskListener): string {
  const { context, received } = admitted
  const { selector } = received
  const { form, url } = elicitationModes(capabilities)
  const asks = [form, url, isRecord(capabilities['sampling']), isRecord(capabilities['roots'])]
  return JSON.stringify([
    context.workspaceId,
    context.member.id,
    [received.presented.kind, credentialOf(received)],
    selector.id ?? null,
    selector.email?.toLowerCase() ?? null,
    declaresTasks(capabilities),
    ...asks,
  ])
}

/** What is checked again for the stream. Streams whose checks could end differently are never of the same owner. */
function credentialOf({ presented, correlationId }: Received): string {
  if (presented.kind === 'api-key') return presented.digest
  // Two tokens of one person are revoked apart, and two sessions of one caller end apart.
  return presented.kind === 'access-token' ? digestApiKey(presented.token.reveal()) : correlationId
}

interface FollowerOptions {
  /** Runs a read when the limit of the member allows it. */
  readonly limit: <T>(read: () => Promise<T>) => Promise<T>
  readonly onEnd: () => void
}

class Follower {
  readonly #runtime: Runtime
  readonly #taskId: string
  readonly #options: FollowerOptions
  /** The last state that each stream received, as text. */
  readonly #listeners = new Map<TaskListener, string>()
  #approvalId: string | null = null
  #changed = new AbortController()
  #running = false

  constructor({ runtime }: TaskListener, taskId: string, options: FollowerOptions) {
    this.#runtime = runtime
    this.#taskId = taskId
    this.#options = options
  }

  add(listener: TaskListener): void {
    this.#listeners.set(listener, '')
    this.#wake()
    if (!this.#running) void this.#run(listener.admitted)
  }

  remove(listener: TaskListener): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size === 0) this.#wake()
  }

  readonly #wake = () => this.#changed.abort()

  /** Runs until the task has ended and all streams have its end, or no stream is left. Reading a task also resumes it. Never rejects. */
  async #run({ context }: Admitted): Promise<void> {
    const { correlationId } = context
    this.#running = true
    const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
    const unsubscribe = this.#runtime.eventBus.subscribe(audience, (event) => {
      const changed =
        (event.type === 'run_changed' && event.runId === this.#taskId) ||
        (event.type === 'approval_changed' && event.approvalId === this.#approvalId)
      if (changed) this.#wake()
    })
    try {
      while (this.#listeners.size > 0) {
        this.#changed = new AbortController()
        const seen = await this.#options.limit(() => this.#read())
        if (seen === 'gone' || (seen !== 'unknown' && isOver(seen.view) && seen.isSent)) break
        await this.#untilChanged(correlationId, seen === 'unknown' ? null : seen.view)
      }
    } catch (error) {
      this.#runtime.config.onError(error, { correlationId, code: 'INTERNAL' })
    } finally {
      unsubscribe()
      this.#options.onEnd()
    }
  }

  /** Reads the task and sends it. `gone`: the streams may no longer receive it; `unknown`: a store is unavailable. */
  async #read(): Promise<{ readonly view: TaskView; readonly isSent: boolean } | 'gone' | 'unknown'> {
    const [listener] = this.#listeners.keys()
    if (listener === undefined) return 'gone'
    const { admitted, capabilities } = listener
    let current: Admitted | null = null
    try {
      current = await readmit(this.#runtime, admitted)
      const view = await getTask(this.#runtime, current, this.#taskId, capabilities)
      this.#approvalId = view.approvalId
      return { view, isSent: this.#send(view) }
    } catch (error) {
      if (!isAllvError(error)) throw error
      if (error.code === 'UNAVAILABLE') return 'unknown'
      if (current === null) for (const refused of [...this.#listeners.keys()]) refused.refuse()
      return 'gone'
    }
  }

  /** Sends the task to each stream that does not have this state. Whether all streams have it now. */
  #send(view: TaskView): boolean {
    const task = toWireTask(view, this.#runtime.config.brand.meta)
    // The outcome of an ended task may be large and does not change, so it is not compared.
    const text = isOver(view) ? `over ${view.updatedAt.toISOString()}` : JSON.stringify(task)
    let all = true
    for (const [listener, sent] of [...this.#listeners]) {
      if (sent === text) continue
      if (listener.take(this.#taskId, task, this.#wake)) this.#listeners.set(listener, text)
      else all = false
    }
    return all
  }

  /** Resolves when the task may have changed: at an event, when the approvals store reports a decision, or after a time. */
  async #untilChanged(correlationId: string, view: TaskView | null): Promise<void> {
    const ms = view !== null && isOver(view) ? READERS_MS : SAFETY_MS
    const approval = view?.status === 'working' ? view.approval : null
    const wakes = this.#runtime.config.adapters.approvals?.wait !== undefined && approval?.state === 'pending'
    const done = new AbortController()
    await withDeadline({ ms, signals: [this.#changed.signal, done.signal] }, async ({ signal }) => {
      if (wakes)
        await Promise.race([aborted(signal), nextState(this.#runtime, correlationId, approval, signal)])
      else await aborted(signal)
      done.abort()
    })
  }
}
