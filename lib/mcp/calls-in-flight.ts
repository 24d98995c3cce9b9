/** Running requests that a client may take back. JSON-RPC ids collide between clients, so an id alone never names one. */

import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { MemberContext } from '../adapters/principal.js'

export interface CallsInFlight {
  /** Registers a running request; call `done` when it has ended. */
  open(context: MemberContext, id: RequestId): { readonly signal: AbortSignal; done(): void }
  /** Aborts the caller's request of this id. Unknown ids are ignored; so is one that two clients of one member use at once, for it names neither. */
  cancel(context: MemberContext, id: RequestId): void
}

export function createCallsInFlight(): CallsInFlight {
  const running = new Map<string, Set<AbortController>>()
  return {
    open(context, id) {
      const key = keyOf(context, id)
      const controller = new AbortController()
      const calls = running.get(key) ?? new Set()
      running.set(key, calls.add(controller))
      return {
        signal: controller.signal,
        done() {
          calls.delete(controller)
          if (calls.size === 0 && running.get(key) === calls) running.delete(key)
        },
      }
    },
    cancel(context, id) {
      const [only, ...others] = running.get(keyOf(context, id)) ?? []
      if (others.length === 0) only?.abort()
    },
  }
}

function keyOf({ workspaceId, credential, member }: MemberContext, id: RequestId): string {
  return JSON.stringify([workspaceId, credential.id, member.id, id])
}
