/** What goes on record of a listen stream: for what it was opened, within bounds. */

import type { AuditedFilter } from '../../adapters/audit.js'
import type { AuditFacts } from '../../control-plane/request/audit.js'
import { eventOf } from '../../control-plane/request/operation.js'
import { isRecord } from '../../foundation/json/guards.js'
import { cleanName } from '../../foundation/text/text.js'
import type { Filter } from './listen-filter.js'

const MAX_RESOURCES = 20
const MAX_URI_LENGTH = 200

/** `asked` is the filter as the client sent it: who asks for much more than they may hear is looking for what there is. */
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
    // Made by the library, and no more than a filter may hold.
    taskIds: [...taskIds],
    taskCount: taskIds.length,
  }
}

function countOf(asked: unknown, name: string): number {
  const list = isRecord(asked) ? asked[name] : undefined
  return Array.isArray(list) ? list.length : 0
}
