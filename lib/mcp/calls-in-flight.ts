/**
 * Running requests that a client may take back. JSON-RPC ids collide between clients, so an id alone never names one: it does so together
 * with credential, member and session. A client with a session may reach another node with its cancellation; the hub brings it here.
 */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { MemberContext } from '../adapters/principal.js'
import type { Hub } from '../pipeline/hub.js'

/** Whose request it is. `session` is a digest of the session id, `null` without one. */
export interface Requester {
  readonly context: MemberContext
  readonly session: string | null
}

export interface CallsInFlight {
  /** Registers a running request; call `done` when it has ended. */
  open(requester: Requester, id: RequestId): { readonly signal: AbortSignal; done(): void }
  /**
   * Aborts the caller's request of this id, here or on another node. Unknown ids are ignored; so is one that two clients of one member
   * without sessions use at once, for it names neither.
   */
  cancel(requester: Requester, id: RequestId): Promise<void>
}

export function createCallsInFlight(hub: Hub): CallsInFlight {
  const running = new Map<string, Set<AbortController>>()
  return {
    open(requester, id) {
      const key = keyOf(requester, id)
      const controller = new AbortController()
      const calls = running.get(key) ?? new Set()
      running.set(key, calls.add(controller))
      const stopListening = listen(hub, requester, id, controller)
      return {
        signal: controller.signal,
        done() {
          stopListening()
          calls.delete(controller)
          if (calls.size === 0 && running.get(key) === calls) running.delete(key)
        },
      }
    },
    async cancel(requester, id) {
      const [only, ...others] = running.get(keyOf(requester, id)) ?? []
      if (only !== undefined) return others.length === 0 ? only.abort() : undefined
      const { context, session } = requester
      if (session === null) return
      const { workspaceId, member } = context
      const event = { type: 'request_cancelled', session, requestId: id } as const
      await hub.publish({ ...event, workspaceId, memberId: member.id })
    },
  }
}

function listen(hub: Hub, { context, session }: Requester, id: RequestId, call: AbortController): () => void {
  if (session === null) return () => {}
  const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
  return hub.subscribe(audience, (event) => {
    if (event.type === 'request_cancelled' && event.session === session && event.requestId === id)
      call.abort()
  })
}

function keyOf({ context, session }: Requester, id: RequestId): string {
  const { workspaceId, credential, member } = context
  return JSON.stringify([workspaceId, credential.id, member.id, session, id])
}
