/** Runs the tools that the library itself brings. */

import { MOST_MEMORY_CHARACTERS } from '../../adapter-kit/memory-limit.js'
import type { Approval } from '../../adapters/approvals.js'
import type { HostEvent } from '../../adapters/events.js'
import type { MemoryUpdate } from '../../adapters/memory.js'
import type { ToolCall, ToolResult } from '../../adapters/tools.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { READ_MEMORY, UPDATE_MEMORY } from '../access/built-in-definitions.js'
import { ownApproval, shownApproval } from '../approvals/find.js'
import { listEntries, readEntry } from '../content/memory.js'
import { isMemoryKey } from '../content/memory-key.js'
import { auditFact } from '../request/audit.js'
import type { Approved } from '../request/call-stages.js'
import { eventOf } from '../request/operation.js'
import { isLonger, isSurelyShort } from '../request/output-limit.js'
import { callAdapter, notifyAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** Runs a built-in tool. `call` holds the arguments that were validated. */
export function runBuiltInTool(runtime: Runtime, approved: Approved, call: ToolCall): Promise<ToolResult> {
  switch (approved.tool) {
    case UPDATE_MEMORY:
      return updateMemory(runtime, approved, call)
    case READ_MEMORY:
      return readMemory(runtime, approved, call)
    default:
      return getApproval(runtime, approved, call)
  }
}

async function updateMemory(runtime: Runtime, approved: Approved, call: ToolCall): Promise<ToolResult> {
  const { key, text, expectedRevision, operation } = call.arguments
  // The arguments were checked before. This narrows their types.
  if (!isMemoryKey(key)) return failure('this key cannot be used')
  if (operation !== 'replace' && operation !== 'append' && operation !== 'delete')
    return failure('unknown operation')
  if ((operation === 'delete') !== (text === undefined))
    return failure('replace and append need a text, delete takes none')
  const { memory } = runtime.config.adapters
  const change = {
    key,
    operation,
    value: typeof text === 'string' ? text : null,
    expectedRevision: typeof expectedRevision === 'string' ? expectedRevision : null,
    runId: call.runId,
  } as const
  const done = await callAdapter(runtime, approved.context.correlationId, async () =>
    memory?.update?.(approved.context, change),
  )
  if (done?.status === 'updated' || done?.status === 'deleted')
    await recordChange(runtime, approved, { key, operation, runId: call.runId, done })
  return updateResult(key, done)
}

function updateResult(key: string, done: MemoryUpdate | undefined): ToolResult {
  switch (done?.status) {
    case 'updated':
      return structured({ key, status: done.status, revision: done.revision })
    case 'deleted':
      return structured({ key, status: done.status })
    case 'conflict':
      return failure(
        `not changed: the entry is at revision ${done.revision ?? '(none: there is no such entry)'}; read it again, then decide anew`,
      )
    case 'not_found':
      return failure('not changed: there is no entry with this key')
    case 'too_large':
      return failure(
        `not changed: the entry would be longer than ${MOST_MEMORY_CHARACTERS} characters; use another entry`,
      )
    default:
      throw new TypeError(
        'memory.update gave no status of updated, deleted, conflict, not_found or too_large',
      )
  }
}

interface Change {
  readonly key: string
  readonly operation: string
  readonly runId: string
  readonly done: Extract<MemoryUpdate, { status: 'updated' | 'deleted' }>
}

/**
 * Structured content is also sent as text. When both together exceed the output limit, the text holds only that of the entry: an entry that
 * could be stored must be readable.
 */
function entryResult(runtime: Runtime, entry: JsonObject & { readonly text: string }): ToolResult {
  const { toolOutputLimitBytes: most } = runtime.config
  const result = structured({ entry })
  if (isSurelyShort(entry.text, most / 3)) return result
  const both = JSON.stringify([result, JSON.stringify(result.structuredContent)])
  return isLonger(both, most) ? { ...result, content: [{ type: 'text', text: entry.text }] } : result
}

/** Audits the change, then publishes its events. A listener that misses an event learns of the change later. */
async function recordChange(
  runtime: Runtime,
  approved: Approved,
  { key, operation, runId, done }: Change,
): Promise<void> {
  const { workspaceId } = approved.context
  const deleted = done.status === 'deleted'
  await auditFact(runtime, approved.admitted, {
    type: 'memory.changed',
    operation: `memory/${operation}`,
    memoryKey: key,
    runId,
  })
  const events: readonly HostEvent[] = [
    { type: 'memory_changed', workspaceId, memberId: null, key, deleted },
    ...(deleted || done.created === true
      ? [{ type: 'resources_changed', workspaceId, memberId: null } as const]
      : []),
  ]
  for (const event of events) {
    await notifyAdapter(runtime, approved.context.correlationId, () => runtime.eventBus.publish(event))
  }
}

async function readMemory(runtime: Runtime, approved: Approved, call: ToolCall): Promise<ToolResult> {
  const { key, cursor } = call.arguments
  if (typeof key === 'string') {
    const entry = await readEntry(runtime, approved.admitted, key)
    if (entry === null)
      return failure('there is no memory entry with this key; call without a key to list them')
    await auditFact(runtime, approved.admitted, {
      ...eventOf('memory/read'),
      memoryKey: key,
      runId: call.runId,
    })
    const { text, revision, updatedAt } = entry
    return entryResult(runtime, { key, text, revision, updatedAt: updatedAt.toISOString() })
  }
  const list = await listEntries(runtime, approved.admitted, typeof cursor === 'string' ? cursor : undefined)
  await auditFact(runtime, approved.admitted, { ...eventOf('memory/list'), runId: call.runId })
  const entries = list.entries.map(({ key, title, revision }) => ({
    key,
    ...(title === undefined ? {} : { title }),
    revision,
  }))
  return structured({ entries, ...(list.nextCursor === null ? {} : { nextCursor: list.nextCursor }) })
}

async function getApproval(runtime: Runtime, approved: Approved, call: ToolCall): Promise<ToolResult> {
  const { approvalId } = call.arguments
  if (typeof approvalId !== 'string') return failure('you have no approval with this id')
  const approval = await ownApproval(runtime, approved.admitted, approvalId)
  await auditFact(runtime, approved.admitted, {
    ...eventOf('approvals/get'),
    ...shownApproval(approvalId, approval),
    runId: call.runId,
  })
  if (approval === null) return failure('you have no approval with this id')
  return structured(describeApproval(approval))
}

function describeApproval(approval: Approval): JsonObject {
  return {
    approvalId: approval.id,
    tool: approval.tool,
    state: approval.state,
    requestedAt: approval.requestedAt.toISOString(),
    expiresAt: approval.expiresAt.toISOString(),
    ...(approval.reason === null ? {} : { reason: approval.reason }),
    ...(approval.settledAt === null ? {} : { settledAt: approval.settledAt.toISOString() }),
  }
}

function structured(structuredContent: JsonObject): ToolResult {
  return { structuredContent }
}

function failure(text: string): ToolResult {
  return { isError: true, content: [{ type: 'text', text }] }
}
