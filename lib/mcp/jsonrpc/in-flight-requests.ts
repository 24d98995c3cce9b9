/**
 * Running requests that a client may take back. JSON-RPC ids collide between clients, so an id alone never names one: it does so together
 * with credential, member and session. A client with a session may reach another node with its cancellation; the eventBus brings it here.
 */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { MemberContext } from '../../adapters/principal.js'
import { isSameCaller } from '../../control-plane/access/caller-key.js'
import type { EventBus } from '../../control-plane/runtime/event-bus.js'
import { type Cancellation, CancellationSource } from '../../foundation/async/cancellation.js'

/** Whose request it is. `session` is a digest of the session id, `null` without one. */
export interface Requester {
  readonly context: MemberContext
  readonly session: string | null
}

export interface CallsInFlight {
  /** Registers a running request; call `done` when it has ended. */
  open(requester: Requester, id: RequestId): { readonly cancel: Cancellation; done(): void }
  /**
   * Aborts the caller's request of this id, here or on another node. Unknown ids are ignored; so is one that two clients of one member
   * without sessions use at once, for it names neither.
   */
  cancel(requester: Requester, id: RequestId): Promise<void>
}

interface Call {
  readonly requester: Requester
  readonly id: RequestId
  readonly cancel: CancellationSource
  /** Where it stands in the list. */
  place: number
}

/** A list, looked through by the rare cancellation: a map would be written to twice by every request. */
export function createCallsInFlight(eventBus: EventBus): CallsInFlight {
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

/** The last one takes its place. */
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
