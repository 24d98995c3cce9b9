/** The tools that the app under verification offers: each execution is counted. */

import type { MemberContext } from '../../adapters/principal.js'
import type { ToolCall, ToolDefinition } from '../../adapters/tools.js'
import type { Probe } from '../../testing/index.js'

/** An execution of a tool. */
export interface Execution {
  readonly tool: ProbeTool
  readonly workspaceId: string
  readonly memberId: string
  /** The argument by which cases tell their calls apart. */
  readonly token: string
}

const PROBE_TOOLS = ['verify_count', 'verify_approved', 'verify_hang', 'verify_approved_hang'] as const

/** Tools without and with an approval; the last two never end by themselves. */
export type ProbeTool = (typeof PROBE_TOOLS)[number]

/** Long enough for concurrent calls to meet. */
const WORK_MS = 30
/** Long enough for a decision to be made while a call waits. */
const HOLD_MS = 5000
/** The lease of a run ends half a minute after its time limit, and only then is the outcome of a killed call known to be unknown. */
const TOOL_TIMEOUT_MS = 5000

/** How long a killed call can be running for all that its store knows. */
export const LEASE_MS = HOLD_MS + TOOL_TIMEOUT_MS + 30_000

/** @param ran is called for each execution, before the tool does anything else */
export function createProbe(ran: (execution: Execution) => void, approvals: boolean): Probe {
  const names = PROBE_TOOLS.filter((name) => approvals || !needsApproval(name))
  const definitions = names.map(definitionOf)
  return {
    tools: {
      list: async () => definitions,
      all: () => definitions,
      call: (context, call) => callProbe(context, call, ran),
      evaluate: async ({ tool }) => ({ verdict: needsApproval(tool.name) ? 'operator' : 'allow' }),
      needsApprovals: approvals,
    },
    options: { approvalHoldMs: HOLD_MS, toolTimeoutMs: TOOL_TIMEOUT_MS, rateLimit: false },
  }
}

function needsApproval(name: string): boolean {
  return name.startsWith('verify_approved')
}

function definitionOf(name: string): ToolDefinition {
  return Object.freeze({
    name,
    description: 'A tool of allv-mcp verify. It changes nothing.',
    inputSchema: {
      type: 'object',
      properties: { token: { type: 'string' } },
      required: ['token'],
      additionalProperties: false,
    },
  })
}

async function callProbe(
  { workspaceId, member }: MemberContext,
  { name, arguments: { token }, signal }: ToolCall,
  ran: (execution: Execution) => void,
) {
  const tool = PROBE_TOOLS.find((one) => one === name)
  if (tool === undefined) throw new TypeError(`there is no tool ${name}`)
  ran({ tool, workspaceId, memberId: member.id, token: String(token) })
  if (tool.endsWith('hang')) await untilAborted(signal)
  else await new Promise((resolve) => setTimeout(resolve, WORK_MS))
  return { structuredContent: { token: String(token), workspaceId } }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
