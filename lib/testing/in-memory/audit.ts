/** The audit log in memory, for tests and examples only: unbounded and not durable. */

import { storableJson } from '../../adapter-kit/storable.js'
import type { AuditAdapter, AuditEvent } from '../../adapters/audit.js'
import { deepFreeze } from '../../foundation/json/deep-freeze.js'

/** The audit log in memory. */
export interface InMemoryAudit extends AuditAdapter {
  /** All events so far, oldest first. A copy: read it again for later events. */
  readonly events: readonly AuditEvent[]
}

/** A row as a database would keep it: the time in milliseconds. */
type Row = Omit<AuditEvent, 'at'> & { readonly at: number }

/**
 * Makes an audit log in memory, for tests and examples.
 *
 * @example
 * const audit = createInMemoryAudit()
 * const refusals = audit.events.filter(({ type }) => type === 'request.refused')
 */
export function createInMemoryAudit(): InMemoryAudit {
  const rows: Row[] = []
  let snapshot: readonly AuditEvent[] | null = null
  return {
    get events() {
      snapshot ??= Object.freeze(rows.map((row) => deepFreeze({ ...row, at: new Date(row.at) })))
      return snapshot
    },
    async append(events) {
      for (const event of storableJson(events)) {
        const { client, at } = event
        rows.push({ ...event, client: client === null ? null : { ...client }, at: at.getTime() })
      }
      snapshot = null
    },
  }
}
