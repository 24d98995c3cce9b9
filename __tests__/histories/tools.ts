/** The tools of the histories, and every effect that they had. */

import type { ApprovalVerdict } from '../../lib/adapters/approvals.js'
import type { ToolCall, ToolDefinition, ToolsAdapter } from '../../lib/adapters/tools.js'
import { ask } from '../../lib/ask.js'
import { deepFreeze } from '../../lib/freeze.js'
import type { Gates, Life } from './gates.js'

export type ToolName = 'operated' | 'owned' | 'asking' | 'slow' | 'free'
export const TOOLS: readonly ToolName[] = ['operated', 'owned', 'asking', 'slow', 'free']

/** `plain` twice over, so that there are other arguments; a `deaf` tool does not listen to its signal; a `failing` one says why. */
export type Manner = 'plain' | 'other' | 'deaf' | 'failing'

export interface Effect {
  readonly serial: number
  readonly tool: string
  readonly manner: string
  readonly memberId: string
  readonly runId: string
  readonly approvalId: string | null
}

export const APPROVAL_TTL_MS = 5 * 60_000

const VERDICTS: Readonly<Record<ToolName, ApprovalVerdict>> = {
  operated: { verdict: 'operator', ttlMs: APPROVAL_TTL_MS },
  owned: { verdict: 'member', ttlMs: APPROVAL_TTL_MS },
  asking: { verdict: 'operator', ttlMs: APPROVAL_TTL_MS },
  slow: { verdict: 'member', ttlMs: APPROVAL_TTL_MS },
  free: { verdict: 'allow' },
}

const DEFINITIONS: readonly ToolDefinition[] = TOOLS.map((name) =>
  deepFreeze({
    name,
    description: `The tool ${name}.`,
    inputSchema: { type: 'object', properties: { manner: { type: 'string' } }, required: ['manner'] },
    ...(name === 'slow' || name === 'free' ? { taskSupport: 'optional' as const } : {}),
  }),
)

const QUESTION = {
  method: 'elicitation/create',
  params: {
    message: 'Which color?',
    requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
  },
} as const

export function verdictOf(tool: string): ApprovalVerdict {
  return VERDICTS[tool as ToolName]
}

export interface World {
  readonly gates: Gates
  /** Puts the effect on record, and judges it. */
  had(effect: Omit<Effect, 'serial'>): Effect
}

export function createTools(world: World, life: Life): ToolsAdapter {
  return {
    list: async () => DEFINITIONS,
    async call({ member }, call) {
      if (call.name === 'asking' && call.answers === null) {
        await world.gates.pass(life)
        return ask({ inputRequests: { color: QUESTION } })
      }
      const manner = String(call.arguments['manner'])
      await begin(world, life, call, manner)
      if (manner === 'failing') return { isError: true, content: [{ type: 'text', text: 'refused' }] }
      const { name: tool, runId, approvalId } = call
      const { serial } = world.had({ tool, manner, memberId: member.id, runId, approvalId })
      await world.gates.pass(life)
      return { content: [{ type: 'text', text: `effect ${serial}` }] }
    },
  }
}

/** A tool that listens stops at once, and says so; nothing has happened by then. */
async function begin({ gates }: World, life: Life, { signal }: ToolCall, manner: string): Promise<void> {
  if (manner === 'deaf') return gates.pass(life)
  let onAbort = () => {}
  const stopped = new Promise<void>((resolve) => {
    onAbort = resolve
  })
  signal.addEventListener('abort', onAbort)
  await Promise.race([gates.pass(life), stopped])
  signal.removeEventListener('abort', onAbort)
  if (signal.aborted) throw new Error('stopped')
}
