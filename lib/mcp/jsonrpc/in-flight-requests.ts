/**
 * Registers running requests so that clients can cancel them. JSON-RPC ids collide between clients, so a request is found by its id together
 * with credential, member and session. With a session, a cancellation may reach another node, which passes it on by the event bus.
 */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { MemberContext } from '../../adapters/principal.js'
import { isSameCaller } from '../../control-plane/access/caller-key.js'
import type { EventBus } from '../../control-plane/runtime/event-bus.js'
import { type Cancellation, CancellationSource } from '../../foundation/async/cancellation.js'

/** The client of a request. */
interface Requester {
  /** Credential, workspace and member. */
  readonly context: MemberContext
  /** A digest of the session id; `null` without a session. */
  readonly session: string | null
}

/** The running requests of one router. */
export interface InFlightRequests {
  /** Registers a running request. Call `done` when it has ended. */
  open(requester: Requester, id: RequestId): { readonly cancel: Cancellation; done(): void }
  /**
   * Cancels the client's request of this id, on this or another node. Unknown ids are ignored. An id is also ignored if two clients of one
   * member use it at once without sessions, since it is then ambiguous.
   */
  cancel(requester: Requester, id: RequestId): Promise<void>
}

interface Call {
  readonly requester: Requester
  readonly id: RequestId
  readonly cancel: CancellationSource
  /** Its index in the list. */
  place: number
}

/** Makes the register of one router. It is a list: every request would write to a map twice, and cancellations, which search it, are rare. */
export function createInFlightRequests(eventBus: EventBus): InFlightRequests {
  const running: Call[] = []
  return {
    open(requester, id) {
      const cancel = new CancellationSource()
      const call = { requester, id, cancel, place: running.length }
      running.push(call)
      const stopListening = listen(eventBus, requester, id, cancel)
      return {
        cancel,
        done() {
          stopListening()
          remove(running, call)
        },
      }
    },
    async cancel(requester, id) {
      const [only, ...others] = running.filter(
        (call) => call.id === id && isSameRequester(call.requester, requester),
      )
      if (only !== undefined) return others.length === 0 ? only.cancel.abort() : undefined
      const { context, session } = requester
      if (session === null) return
      const { workspaceId, member } = context
      const event = { type: 'request_cancelled', session, requestId: id } as const
      await eventBus.publish({ ...event, workspaceId, memberId: member.id })
    },
  }
}

/** Moves the last entry to the place of the removed one, which keeps removal at constant time. */
function remove(running: Call[], call: Call): void {
  if (running[call.place] !== call) return
  const last = running.pop()
  if (last === undefined || last === call) return
  running[call.place] = last
  last.place = call.place
}

function listen(
  eventBus: EventBus,
  { context, session }: Requester,
  id: RequestId,
  call: CancellationSource,
): () => void {
  if (session === null) return () => {}
  const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
  return eventBus.subscribe(audience, (event) => {
    if (event.type === 'request_cancelled' && event.session === session && event.requestId === id)
      call.abort()
  })
}

function isSameRequester(a: Requester, b: Requester): boolean {
  return a.session === b.session && isSameCaller(a.context, b.context)
}
