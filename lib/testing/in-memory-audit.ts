/** An audit trail in memory. For tests and examples only: unbounded, and anything but durable. */

import type { AuditAdapter, AuditEvent } from '../adapters/audit.js'

export interface InMemoryAudit extends AuditAdapter {
  /** All events, oldest first. */
  readonly events: readonly AuditEvent[]
}

export function createInMemoryAudit(): InMemoryAudit {
  const events: AuditEvent[] = []
  return {
    events,
    async append(added) {
      events.push(...added.map((event) => Object.freeze({ ...event })))
    },
  }
}
