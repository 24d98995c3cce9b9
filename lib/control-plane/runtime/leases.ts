/** How long work may go unheard of before its process counts as gone. */

import type { ToolDefinition } from '../../adapters/tools.js'
import type { Runtime } from './runtime.js'

/** Added to what work may take: stores and networks are slow at the wrong moment. */
const MARGIN_MS = 30_000

/** How long a task can be asked for, and answered, at least. */
export const TASK_TTL_MS = 24 * 60 * 60_000

/** One execution of the tool. Milliseconds. */
export function executionLeaseMs({ config }: Runtime, tool: ToolDefinition): number {
  return (tool.timeoutMs ?? config.toolTimeoutMs) + MARGIN_MS
}

/** A wait for a person, and one execution; what takes longer extends it. Milliseconds. */
export function runLeaseMs(runtime: Runtime, tool: ToolDefinition): number {
  return runtime.config.approvalHoldMs + executionLeaseMs(runtime, tool)
}
