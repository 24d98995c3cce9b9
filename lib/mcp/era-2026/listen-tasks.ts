/**
 * Tasks on listen streams: `notifications/tasks`, each with the whole task. A task is followed once on a node, whatever the number of streams
 * that listen. MCP tasks extension, Task Status Notifications.
 */

import { readmit } from '../../control-plane/admission/admit.js'
import { nextState } from '../../control-plane/approvals/watch.js'
import {
  type ClientCapabilities,
  declaresTasks,
  elicitationModes,
} from '../../control-plane/input/capabilities.js'
import { getTask } from '../../control-plane/operations/tasks.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { TaskView } from '../../control-plane/tasks/task-view.js'
import { aborted, withDeadline } from '../../foundation/async/deadline.js'
import { isAllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { WireObject } from '../methods/results.js'
import { isOver, toWireTask } from '../methods/task-results.js'
import { Lanes } from './concurrency-limit.js'

export interface TaskListener {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly capabilities: ClientCapabilities
  /** Tells where the task stands. `false`: the reader is behind, and `again` will be called when it can take more. */
  take(taskId: string, task: WireObject, again: () => void): boolean
  /** The gates do not let this member hear more. */
  refuse(): void
}

/** Events may be lost; a task is looked at this often in any case. */
const SAFETY_MS = 5000
/** One that is over waits for readers alone. */
const READERS_MS = 60_000
/** A look takes a whole outcome into memory, so there are only so many at a time for one member. */
const LOOKS_AT_ONCE = 4

export class TaskFollowers {
  readonly #followers = new Map<string, Follower>()
  readonly #lanes = new Lanes(LOOKS_AT_ONCE)

  /** Listens until the function that it gives is called. */
  join(listener: TaskListener, taskId: string): () => void {
    const owner = ownerOf(listener)
    const name = JSON.stringify([owner, taskId])
    const follower =
      this.#followers.get(name) ??
      new Follower(listener, taskId, {
        look: (act) => this.#lanes.run(owner, act),
        onEnd: () => this.#followers.delete(name),
      })
    this.#followers.set(name, follower)
    follower.add(listener)
    return () => follower.remove(listener)
  }
}

/** All that decides what a listener may hear, and how it is worded: listeners that agree in it share the gates and the answer. */
function ownerOf({ admitted, capabilities }: TaskListener): string {
  const { context, received } = admitted
  const { presented, selector } = received
  const { form, url } = elicitationModes(capabilities)
  const asks = [form, url, isRecord(capabilities['sampling']), isRecord(capabilities['roots'])]
  return JSON.stringify([
    context.workspaceId,
    context.member.id,
    presented.kind === 'api-key' ? presented.digest : presented.kind,
    selector.id ?? null,
    selector.email?.toLowerCase() ?? null,
    declaresTasks(capabilities),
    ...asks,
  ])
}

interface FollowerOptions {
  readonly look: <T>(act: () => Promise<T>) => Promise<T>
  readonly onEnd: () => void
}

class Follower {
  readonly #runtime: Runtime
  readonly #taskId: string
  readonly #options: FollowerOptions
  /** What each has been told last. */
  readonly #listeners = new Map<TaskListener, string>()
  #approvalId: string | null = null
  #moved = new AbortController()
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

  readonly #wake = () => this.#moved.abort()

  /** Until the task is over and everybody knows, or nobody listens. A listener also carries it on. Never rejects. */
  async #run({ context }: Admitted): Promise<void> {
    const { correlationId } = context
    this.#running = true
    const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
    const unsubscribe = this.#runtime.eventBus.subscribe(audience, (event) => {
      const moved =
        (event.type === 'run_changed' && event.runId === this.#taskId) ||
        (event.type === 'approval_changed' && event.approvalId === this.#approvalId)
      if (moved) this.#wake()
    })
    try {
      while (this.#listeners.size > 0) {
        this.#moved = new AbortController()
        const seen = await this.#options.look(() => this.#look())
        if (seen === 'gone' || (seen !== 'unknown' && isOver(seen.view) && seen.told)) break
        await this.#untilMoved(correlationId, seen === 'unknown' ? null : seen.view)
      }
    } catch (error) {
      this.#runtime.config.onError(error, { correlationId, code: 'INTERNAL' })
    } finally {
      unsubscribe()
      this.#options.onEnd()
    }
  }

  /** Where the task stands, once those who listen have been told; `gone`: it is told of no more; `unknown`: a store is down. */
  async #look(): Promise<{ readonly view: TaskView; readonly told: boolean } | 'gone' | 'unknown'> {
    const [listener] = this.#listeners.keys()
    if (listener === undefined) return 'gone'
    const { admitted, capabilities } = listener
    let current: Admitted | null = null
    try {
      current = await readmit(this.#runtime, admitted)
      const view = await getTask(this.#runtime, current, this.#taskId, capabilities)
      this.#approvalId = view.approvalId
      return { view, told: this.#tell(view) }
    } catch (error) {
      if (!isAllvError(error)) throw error
      if (error.code === 'UNAVAILABLE') return 'unknown'
      if (current === null) for (const refused of [...this.#listeners.keys()]) refused.refuse()
      return 'gone'
    }
  }

  /** Whether everybody has been told. */
  #tell(view: TaskView): boolean {
    const task = toWireTask(view)
    // An outcome may be large, and does not change.
    const text = isOver(view) ? `over ${view.updatedAt.toISOString()}` : JSON.stringify(task)
    let all = true
    for (const [listener, told] of [...this.#listeners]) {
      if (told === text) continue
      if (listener.take(this.#taskId, task, this.#wake)) this.#listeners.set(listener, text)
      else all = false
    }
    return all
  }

  /** Resolves when the task may have moved. A store that can wake its waiters does it at once. */
  async #untilMoved(correlationId: string, view: TaskView | null): Promise<void> {
    const ms = view !== null && isOver(view) ? READERS_MS : SAFETY_MS
    const approval = view?.status === 'working' ? view.approval : null
    const wakes = this.#runtime.config.adapters.approvals.wait !== undefined && approval?.state === 'pending'
    const done = new AbortController()
    await withDeadline({ ms, signals: [this.#moved.signal, done.signal] }, async ({ signal }) => {
      if (wakes)
        await Promise.race([aborted(signal), nextState(this.#runtime, correlationId, approval, signal)])
      else await aborted(signal)
      done.abort()
    })
  }
}
