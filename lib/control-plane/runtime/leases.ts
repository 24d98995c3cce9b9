/** Defines leases: how long work may run without a sign of life before its process counts as gone. */

import type { ToolDefinition } from '../../adapters/tools.js'
import type { Runtime } from './runtime.js'

/** Added to each lease, for slow stores and networks. */
const MARGIN_MS = 30_000

/** How long a task can be polled and answered, at least. Milliseconds. */
export const TASK_TTL_MS = 24 * 60 * 60_000

/** The lease of one execution of a tool. Milliseconds. */
export function executionLeaseMs({ config }: Runtime, tool: ToolDefinition): number {
  return (tool.timeoutMs ?? config.toolTimeoutMs) + MARGIN_MS
}

/** The lease of a run: a wait for a decision and one execution. Longer work extends it. Milliseconds. */
export function runLeaseMs(runtime: Runtime, tool: ToolDefinition): number {
  return runtime.config.approvalHoldMs + executionLeaseMs(runtime, tool)
}
