/** Converts tasks to the types of the extension `io.modelcontextprotocol/tasks`. */

import type { CallOutcome } from '../../control-plane/request/call-outcome.js'
import type { MetaKeys } from '../../control-plane/runtime/brand.js'
import { type TaskTimes, type TaskView, timesOf } from '../../control-plane/tasks/task-view.js'
import { ERRORS, type ErrorCode } from '../../foundation/errors/catalogue.js'
import { endedResult } from './call-results.js'
import type { WireObject } from './results.js'

/** Milliseconds. Fast enough for a user who waits, and slow enough for the rate limit. */
const POLL_INTERVAL_MS = 1000

const WAITS_FOR_DECISION = 'waiting for approval'

/** The result that creates a task. MCP tasks extension, Task Creation: it has no `result` and no `requestState`. */
export function toWireTaskHandle(
  { runId: id, approval, startedAt }: Extract<CallOutcome, { kind: 'task' }>,
  meta: MetaKeys,
): WireObject {
  const waits = approval?.state === 'pending'
  return {
    resultType: 'task',
    status: 'working',
    ...(waits ? { statusMessage: waitingMessage(approval) } : {}),
    ...wireTimes(timesOf({ id, startedAt }, approval)),
    ...(approval === null ? {} : { _meta: approvalMeta(approval, meta) }),
  }
}

/** The task in `tasks/get` and `notifications/tasks`. MCP tasks extension, Task Polling. */
export function toWireTask(view: TaskView, meta: MetaKeys): WireObject {
  const times = wireTimes(view)
  switch (view.status) {
    case 'working': {
      const { approval } = view
      return {
        ...times,
        status: 'working',
        ...(approval?.state === 'pending' ? { statusMessage: waitingMessage(approval) } : {}),
        ...(approval === null ? {} : { _meta: approvalMeta(approval, meta) }),
      }
    }
    case 'input_required':
      return { ...times, status: 'input_required', inputRequests: view.inputRequests }
    case 'over':
      return { ...times, ...overFields(view, meta) }
  }
}

/** Whether a task has ended. */
export function isOver({ status }: TaskView): boolean {
  return status === 'over'
}

/**
 * MCP tasks extension, Task Execution Errors. An error that the model should see is `completed`, with an error result. `failed` is for faults
 * of the server or of the tool, where there is no result.
 */
function overFields(
  { outcome, approvalId, taskId }: Extract<TaskView, { status: 'over' }>,
  meta: MetaKeys,
): WireObject {
  const code = outcome.errorCode
  if (code === 'CANCELLED') return { status: 'cancelled', statusMessage: ERRORS.CANCELLED.message }
  if (outcome.result === null && code !== null && isBroken(code)) {
    const message = outcome.message ?? 'the task failed'
    return { status: 'failed', statusMessage: message, error: { code: rpcOf(code), message, data: { code } } }
  }
  const ended = { runId: taskId, outcome, approvalId, replayed: false }
  const result = endedResult(ended, { correlationId: null, meta })
  return { status: 'completed', result }
}

const ANSWERS: ReadonlySet<ErrorCode> = new Set([
  'APPROVAL_DENIED',
  'APPROVAL_EXPIRED',
  'TOO_MANY_PENDING_APPROVALS',
  'TOOL_TIMED_OUT',
  'TOOL_OUTPUT_TOO_LARGE',
  'INPUT_NOT_GIVEN',
])

function isBroken(code: ErrorCode): boolean {
  return !ANSWERS.has(code)
}

function rpcOf(code: ErrorCode): number {
  return ERRORS[code].wire === 'rpc' ? ERRORS[code].rpc : ERRORS.INTERNAL.rpc
}

function wireTimes({ taskId, createdAt, updatedAt, ttlMs }: TaskTimes): WireObject {
  return {
    taskId,
    createdAt: createdAt.toISOString(),
    lastUpdatedAt: updatedAt.toISOString(),
    ttlMs,
    pollIntervalMs: POLL_INTERVAL_MS,
  }
}

function waitingMessage({ approver, expiresAt }: NonNullable<WaitedFor>): string {
  const who = approver === 'operator' ? 'an operator of the workspace' : 'the member'
  return `${WAITS_FOR_DECISION} by ${who} until ${expiresAt.toISOString()}`
}

type WaitedFor = Extract<TaskView, { status: 'working' }>['approval']

function approvalMeta(
  { id: approvalId, state, approver, expiresAt }: NonNullable<WaitedFor>,
  meta: MetaKeys,
): WireObject {
  return { [meta.approval]: { approvalId, state, approver, expiresAt: expiresAt.toISOString() } }
}
