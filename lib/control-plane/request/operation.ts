/** The way through every operation of both faces: what it did goes on record, and so does why it was refused. */

import type { AuditEvent, AuditEventType } from '../../adapters/audit.js'
import type { Runtime } from '../runtime/runtime.js'
import { type AuditFacts, auditFact } from './audit.js'
import { auditingRefusals } from './refusals.js'
import type { Admitted } from './stages.js'

/** Everything that a caller can have done, by the name that its events carry. */
export type Operation =
  | 'initialize'
  | 'tools/list'
  | 'tools/call'
  | 'memory/list'
  | 'memory/read'
  | 'memory/templates'
  | 'resources/list'
  | 'resources/templates/list'
  | 'resources/read'
  | 'prompts/list'
  | 'prompts/get'
  | 'completion/complete'
  | 'subscriptions/listen'
  | 'tasks/get'
  | 'tasks/update'
  | 'tasks/cancel'
  | 'approvals/get'
  | 'approvals/wait'

/** What an operation leaves in the audit trail. One that says nothing here does not compile. */
const OPERATION_EVENTS = {
  // Only where a session is opened. `ping` and `server/discover` show nothing of a workspace, and leave nothing.
  initialize: 'session.opened',
  'tools/list': 'tools.listed',
  // The intent; `run.ended` follows, and `run.joined` stands in its place for a repeat.
  'tools/call': 'run.started',
  'memory/list': 'memory.listed',
  'memory/read': 'memory.read',
  'memory/templates': 'templates.listed',
  'resources/list': 'resources.listed',
  'resources/templates/list': 'templates.listed',
  'resources/read': 'resource.read',
  'prompts/list': 'prompts.listed',
  'prompts/get': 'prompt.got',
  'completion/complete': 'completion.given',
  'subscriptions/listen': 'stream.opened',
  // Only where an outcome is shown: clients poll every second, and "still working" tells them nothing.
  'tasks/get': 'task.shown',
  'tasks/update': 'task.answered',
  'tasks/cancel': 'task.cancel_requested',
  'approvals/get': 'approval.shown',
  'approvals/wait': 'approval.shown',
} as const satisfies Record<Operation, AuditEventType>

export type OperationFacts = Omit<AuditFacts, 'type' | 'operation'>

/** What an operation gives, and what its event says beside who did it; `null` where nothing was shown or done. */
export interface Done<T> {
  readonly result: T
  readonly facts: OperationFacts | null
}

export function eventOf(operation: Operation): Pick<AuditEvent, 'type'> & { readonly operation: Operation } {
  return { type: OPERATION_EVENTS[operation], operation }
}

/** Runs `act`. Its event is on record before its result is given; what it throws is on record as a refusal. */
export async function operation<T>(
  runtime: Runtime,
  admitted: Admitted,
  name: Operation,
  act: () => Promise<Done<T>>,
): Promise<T> {
  return auditingRefusals(runtime, admitted, name, async () => {
    const { result, facts } = await act()
    if (facts !== null) await auditFact(runtime, admitted, { ...eventOf(name), ...facts })
    return result
  })
}
