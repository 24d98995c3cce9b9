/** An audit trail in memory. For tests and examples only: unbounded, and anything but durable. */

import type { AuditAdapter, AuditEvent } from '../adapters/audit.js'
import { frozenCopy, innerCopy } from './frozen-copy.js'

export interface InMemoryAudit extends AuditAdapter {
  /** All events so far, oldest first. A copy: read it again for what came later. */
  readonly events: readonly AuditEvent[]
}

export function createInMemoryAudit(): InMemoryAudit {
  const kept: AuditEvent[] = []
  let snapshot: readonly AuditEvent[] | null = null
  return {
    get events() {
      snapshot ??= frozenCopy(kept)
      return snapshot
    },
    async append(events) {
      for (const event of events) kept.push(innerCopy(event))
      snapshot = null
    },
  }
}
