/** The tools that the library itself brings, each present when its adapter can serve it. */

import type { Adapters } from '../adapters/all.js'
import type { Approval } from '../adapters/approvals.js'
import type { HubEvent } from '../adapters/events.js'
import type { JsonObject } from '../adapters/json.js'
import type { MemoryUpdate } from '../adapters/memory.js'
import type { ToolCall, ToolDefinition, ToolResult } from '../adapters/tools.js'
import { ownApproval, shownApproval } from '../approvals/own.js'
import { tellAdapter } from './adapter-call.js'
import { auditFact } from './audit.js'
import { GET_APPROVAL, READ_MEMORY, UPDATE_MEMORY } from './built-in-definitions.js'
import type { Approved } from './context.js'
import { listEntries, readEntry } from './memory.js'
import { isMemoryKey } from './memory-keys.js'
import { eventOf } from './operation.js'
import type { Plane } from './plane.js'

const READ_ONLY = Object.freeze([READ_MEMORY, GET_APPROVAL])
const ALL = Object.freeze([UPDATE_MEMORY, READ_MEMORY, GET_APPROVAL])

/** Built-in tools that only read: `evaluate` is not asked about them, as it is not asked about resources. */
export const NEVER_ASKS: ReadonlySet<string> = new Set(READ_ONLY.map(({ name }) => name))

export function builtInTools(adapters: Adapters): readonly ToolDefinition[] {
  return adapters.memory.update === undefined ? READ_ONLY : ALL
}

export function runBuiltInTool(plane: Plane, approved: Approved, call: ToolCall): Promise<ToolResult> {
  switch (approved.tool) {
    case UPDATE_MEMORY:
      return updateMemory(plane, approved, call)
    case READ_MEMORY:
      return readMemory(plane, approved, call)
    default:
      return getApproval(plane, approved, call)
  }
}

async function updateMemory(plane: Plane, approved: Approved, call: ToolCall): Promise<ToolResult> {
  const { key, value, expectedRevision } = call.arguments
  const operation = call.arguments['operation'] ?? 'replace'
  if (!isMemoryKey(key))
    return failure(
      'this key cannot be used: 1 to 512 characters, no control characters, no empty, "." or ".." segments',
    )
  if (operation !== 'replace' && operation !== 'append' && operation !== 'delete')
    return failure('unknown operation')
  if ((operation === 'delete') !== (value === undefined))
    return failure('replace and append need a value, delete takes none')
  const { memory } = plane.config.adapters
  const done = await memory.update?.(approved.context, {
    key,
    operation,
    value: typeof value === 'string' ? value : null,
    expectedRevision: typeof expectedRevision === 'string' ? expectedRevision : null,
    runId: call.runId,
  })
  switch (done?.status) {
    case 'updated':
    case 'deleted':
      await recordChange(plane, approved, { key, operation, runId: call.runId, done })
      return structured({
        key,
        status: done.status,
        ...(done.status === 'updated' ? { revision: done.revision } : {}),
      })
    case 'conflict':
      return failure(
        `not changed: the entry is at revision ${done.revision ?? '(none: there is no such entry)'}; read it again, then decide anew`,
      )
    case 'not_found':
      return failure('not changed: there is no entry with this key')
    default:
      throw new TypeError('memory.update gave no status of updated, deleted, conflict or not_found')
  }
}

interface Change {
  readonly key: string
  readonly operation: string
  readonly runId: string
  readonly done: Extract<MemoryUpdate, { status: 'updated' | 'deleted' }>
}

/** On record first, then told to those who listen; a listener that misses it loses nothing but time. */
async function recordChange(
  plane: Plane,
  approved: Approved,
  { key, operation, runId, done }: Change,
): Promise<void> {
  const { workspaceId } = approved.context
  const deleted = done.status === 'deleted'
  await auditFact(plane, approved, {
    type: 'memory.changed',
    operation: `memory/${operation}`,
    memoryKey: key,
    runId,
  })
  const news: readonly HubEvent[] = [
    { type: 'memory_changed', workspaceId, memberId: null, key, deleted },
    ...(deleted || done.created === true
      ? [{ type: 'resources_changed', workspaceId, memberId: null } as const]
      : []),
  ]
  for (const event of news) {
    await tellAdapter(plane, approved.correlationId, () => plane.hub.publish(event))
  }
}

async function readMemory(plane: Plane, approved: Approved, call: ToolCall): Promise<ToolResult> {
  const { key, cursor } = call.arguments
  if (typeof key === 'string') {
    const entry = await readEntry(plane, approved, key)
    if (entry === null)
      return failure('there is no memory entry with this key; call without a key to list them')
    await auditFact(plane, approved, {
      ...eventOf('memory/read'),
      memoryKey: key,
      runId: call.runId,
    })
    return structured({
      entry: { key, text: entry.text, revision: entry.revision, updatedAt: entry.updatedAt.toISOString() },
    })
  }
  const list = await listEntries(plane, approved, typeof cursor === 'string' ? cursor : undefined)
  await auditFact(plane, approved, { ...eventOf('memory/list'), runId: call.runId })
  const entries = list.entries.map(({ key, title, revision }) => ({
    key,
    ...(title === undefined ? {} : { title }),
    revision,
  }))
  return structured({ entries, ...(list.nextCursor === null ? {} : { nextCursor: list.nextCursor }) })
}

async function getApproval(plane: Plane, approved: Approved, call: ToolCall): Promise<ToolResult> {
  const { approvalId } = call.arguments
  if (typeof approvalId !== 'string') return failure('you have no approval with this id')
  const approval = await ownApproval(plane, approved, approvalId)
  await auditFact(plane, approved, {
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
