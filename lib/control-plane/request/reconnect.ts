/** Which calls go on for a while after their connection has ended. */

import type { Begun } from './call-stages.js'

/** Whether the end of the connection leaves this call a chance. Without a key there is nothing to come back with. */
export function mayReconnect({ input }: Pick<Begun, 'input'>): boolean {
  return input.mayReconnect && input.idempotencyKey !== null
}
