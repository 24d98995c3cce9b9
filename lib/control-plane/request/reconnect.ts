/** Decides which calls continue for a while after their connection has ended. */

import type { Begun } from './call-stages.js'

/** Whether the client may send this call again after its connection ended. It needs an idempotency key for that. */
export function mayReconnect({ input }: Pick<Begun, 'input'>): boolean {
  return input.mayReconnect && input.idempotencyKey !== null
}
