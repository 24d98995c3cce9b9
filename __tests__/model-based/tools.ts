/** The tools of the sequences, and every effect that they had. */

import { ask } from '../../lib/adapter-kit/ask.js'
import type { Ask } from '../../lib/adapters/input-requests.js'
import type { ApprovalVerdict } from '../../lib/adapters/policy.js'
import type { ToolDefinition, ToolResult, ToolsAdapter } from '../../lib/adapters/tools.js'
import type { JsonObject } from '../../lib/foundation/json/json.js'
import { defineTool, type Tool, type ToolRun } from '../../lib/tools/define-tool.js'
import type { TypedSchema } from '../../lib/tools/schema.js'
import { toolError } from '../../lib/tools/tool-results.js'
import type { Gates, Life } from './gates.js'
import type { Rules } from './rules.js'

export type ToolName = 'operated' | 'owned' | 'asking' | 'slow' | 'free'
const TOOLS: readonly ToolName[] = ['operated', 'owned', 'asking', 'slow', 'free']

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

/** What parsing makes of a manner. Parsed twice it is another one: whatever runs was parsed once, on whichever node and however often it waited. */
const MARK = '.'

/** Spellings of one call. */
export function spelled(manner: Manner, spelling: number): object {
  return spelling % 2 === 0 ? { manner } : { decoy: spelling, manner: ` ${manner} ` }
}

/** The manner in arguments that were parsed once. */
export function mannerOf(args: JsonObject): string {
  const manner = String(args['manner'])
  return manner.endsWith(MARK) ? manner.slice(0, -MARK.length) : `not parsed: ${manner}`
}

export function isParsedOnce(args: JsonObject): boolean {
  return Object.keys(args).join() === 'manner' && /^[a-z]+\.$/.test(String(args['manner']))
}

/** Written by hand, which is faster: there are many sequences. */
const SCHEMA: TypedSchema = {
  '~standard': {
    version: 1,
    vendor: 'histories',
    validate(value) {
      const { manner } = value as { readonly manner: string }
      return { value: { manner: `${manner.trim()}${MARK}` } }
    },
    jsonSchema: { input: describeManner, output: describeManner },
  },
}

function describeManner() {
  return { type: 'object', properties: { manner: { type: 'string' } }, required: ['manner'] }
}

/** Where a run happens: tools are the same on every node. */
const lives = new Map<string, { readonly world: World; readonly life: Life }>()

const DEFINED: ReadonlyMap<string, Tool> = new Map(
  TOOLS.map((name) => [
    name,
    defineTool({
      name,
      description: `The tool ${name}.`,
      input: SCHEMA,
      ...(name === 'slow' || name === 'free' ? { taskSupport: 'optional' as const } : {}),
      run: (args, run) => act(name, args as JsonObject, run),
    }),
  ]),
)
const DEFINITIONS: readonly ToolDefinition[] = Object.freeze(
  [...DEFINED.values()].map(({ definition }) => definition),
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
  readonly begins: Rules['begins']
  /** Records the effect, and checks it. */
  had(effect: Omit<Effect, 'serial'>): Effect
}

export function createTools(world: World, life: Life): ToolsAdapter {
  return {
    list: async () => DEFINITIONS,
    async call(context, call) {
      const { name: tool, approvalId } = call
      world.begins({ tool, correlationId: context.correlationId, approvalId })
      lives.set(call.runId, { world, life })
      const answer = await DEFINED.get(call.name)?.call(context, call)
      if (answer === undefined) throw new Error('there is no such tool')
      return answer
    },
  }
}

async function act(tool: ToolName, args: JsonObject, run: ToolRun): Promise<ToolResult | Ask | string> {
  const { world, life } = lives.get(run.runId) ?? {}
  lives.delete(run.runId)
  if (world === undefined || life === undefined) throw new Error('a tool runs in no history')
  if (tool === 'asking' && run.answers === null) {
    await world.gates.pass(life)
    return ask({ inputRequests: { color: QUESTION } })
  }
  const manner = mannerOf(args)
  await begin(world, life, run, manner)
  if (manner === 'failing') return toolError('refused')
  const { runId, approvalId, context } = run
  const { serial } = world.had({ tool, manner, memberId: context.member.id, runId, approvalId })
  await world.gates.pass(life)
  return `effect ${serial}`
}

/** A tool that listens stops at once, and says so; nothing has happened by then. */
async function begin({ gates }: World, life: Life, { signal }: ToolRun, manner: string): Promise<void> {
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
