/** Makes the audit event of an opened listen stream, with a limited part of its filter. */

import type { AuditedFilter } from '../../adapters/audit.js'
import type { AuditFacts } from '../../control-plane/request/audit.js'
import { eventOf } from '../../control-plane/request/operation.js'
import { isRecord } from '../../foundation/json/guards.js'
import { cleanName } from '../../foundation/text/text.js'
import type { Filter } from './listen-filter.js'

const MAX_RESOURCES = 20
const MAX_URI_LENGTH = 200

/** `asked` is the filter that the client sent. A client that asks for much more than it may have could be probing for resources. */
export function openedFacts(filter: Filter, asked: unknown): AuditFacts {
  return { ...eventOf('subscriptions/listen'), hears: auditedFilter(filter, asked) }
}

function auditedFilter(
  { resourceSubscriptions = [], taskIds = [], ...lists }: Filter,
  asked: unknown,
): AuditedFilter {
  return {
    lists: Object.keys(lists).map((name) => name.replace('ListChanged', '')),
    resources: resourceSubscriptions.slice(0, MAX_RESOURCES).map((uri) => cleanName(uri, MAX_URI_LENGTH)),
    resourceCount: resourceSubscriptions.length,
    asked: countOf(asked, 'resourceSubscriptions') + countOf(asked, 'taskIds'),
    // Ids of this library, and a filter limits their number.
    taskIds: [...taskIds],
    taskCount: taskIds.length,
  }
}

function countOf(asked: unknown, name: string): number {
  const list = isRecord(asked) ? asked[name] : undefined
  return Array.isArray(list) ? list.length : 0
}
