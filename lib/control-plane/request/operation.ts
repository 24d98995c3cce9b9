/** Runs every operation of both faces and audits it: what it did, or why it was refused. */

import type { AuditEvent, AuditEventType } from '../../adapters/audit.js'
import type { Runtime } from '../runtime/runtime.js'
import { type AuditFacts, auditFact } from './audit.js'
import { auditingRefusals } from './refusals.js'
import type { Admitted } from './stages.js'

/** All operations, by the name in their audit events. */
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

/** The audit event of each operation. A missing entry does not compile. */
const OPERATION_EVENTS = {
  // Only when a session is opened. `ping` and `server/discover` show nothing of a workspace, so they are not audited.
  initialize: 'session.opened',
  'tools/list': 'tools.listed',
  // The intent. `run.ended` follows. A repeat has `run.joined` instead.
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
  // Only when an outcome is shown: clients poll every second, and "still working" shows no data.
  'tasks/get': 'task.shown',
  'tasks/update': 'task.answered',
  'tasks/cancel': 'task.cancel_requested',
  'approvals/get': 'approval.shown',
  'approvals/wait': 'approval.shown',
} as const satisfies Record<Operation, AuditEventType>

/** What the audit event of an operation contains beside its type and name. */
export type OperationFacts = Omit<AuditFacts, 'type' | 'operation'>

/** The result of an operation, with its audit facts. */
export interface OperationResult<T> {
  /** What the caller gets. */
  readonly result: T
  /** Facts for the audit event; `null` when nothing was shown or done, and nothing is audited. */
  readonly facts: OperationFacts | null
}

/** Type and operation name of the audit event of an operation. */
export function eventOf(operation: Operation): Pick<AuditEvent, 'type'> & { readonly operation: Operation } {
  return { type: OPERATION_EVENTS[operation], operation }
}

/** Runs `act`. Writes its audit event before it returns the result. An error is audited as a refusal and thrown as an `AllvError`. */
export async function operation<T>(
  runtime: Runtime,
  admitted: Admitted,
  name: Operation,
  act: () => Promise<OperationResult<T>>,
): Promise<T> {
  return auditingRefusals(runtime, admitted, name, async () => {
    const { result, facts } = await act()
    if (facts !== null) await auditFact(runtime, admitted, { ...eventOf(name), ...facts })
    return result
  })
}
