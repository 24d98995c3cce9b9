/** Lists and gets prompts. The same check decides both. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import type {
  PromptArgument,
  PromptDefinition,
  PromptMessage,
  PromptResult,
  PromptsAdapter,
} from '../../adapters/prompts.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isRecord } from '../../foundation/json/guards.js'
import { listOf, withoutNulls } from '../../foundation/json/host-values.js'
import { scopesMissing } from '../access/scopes.js'
import { reachableBy } from '../access/step-up.js'
import { type InputChannel, withInputRequests } from '../input/request-input.js'
import { cleanBlock, isContentBlock, textProblem, usableItems } from '../request/host-items.js'
import { withAuditReason } from '../request/refusals.js'
import { requireScopes } from '../request/require-scopes.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/** The prompts that this member may get with this credential, and those for which its person could grant it a scope. */
export async function visiblePrompts(
  runtime: Runtime,
  admitted: Admitted,
): Promise<readonly PromptDefinition[]> {
  const credential = reachableBy(runtime.config, admitted.context.credential)
  return (await listed(runtime, admitted)).filter(({ scopes }) => scopesMissing(credential, scopes) === null)
}

async function listed(runtime: Runtime, { context }: Admitted): Promise<readonly PromptDefinition[]> {
  const { prompts } = runtime.config.adapters
  if (prompts === undefined) return []
  const given = await callAdapter(runtime, context.correlationId, () => prompts.list(context))
  const from = 'prompts.list'
  return usableItems(runtime, context, { given, from, problemOf: promptProblem }).map(withCleanArguments)
}

function missingScopes({ context }: Admitted, { scopes }: PromptDefinition): string | null {
  return scopesMissing(context.credential, scopes)
}

function promptProblem(prompt: PromptDefinition): string | null {
  const { scopes } = prompt
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')))
    return 'its scopes must be a list of texts'
  return (
    textProblem(prompt, { required: ['name'], optional: ['title', 'description'] }) ??
    argumentsProblem(prompt)
  )
}

function argumentsProblem({ name, arguments: args = [] }: PromptDefinition): string | null {
  const isArgument = (arg: PromptArgument) =>
    isRecord(arg) &&
    textProblem(withoutNulls(arg), { required: ['name'], optional: ['title', 'description'] }) === null &&
    typeof (arg['required'] ?? false) === 'boolean'
  return Array.isArray(args) && args.every(isArgument)
    ? null
    : `the arguments of ${name} must be a list of { name, title?, description?, required? }`
}

function withCleanArguments(prompt: PromptDefinition): PromptDefinition {
  const { arguments: args } = prompt
  return args === undefined ? prompt : { ...prompt, arguments: args.map(withoutNulls) }
}

/** A request for one prompt. */
export interface PromptInput extends InputChannel {
  /** Repeats the admission steps. */
  readonly readmit: () => Promise<Admitted>
  /** Name of the prompt. */
  readonly name: string
  /** The arguments of the prompt, by name. */
  readonly arguments: Readonly<Record<string, string>>
  /** The responses that the client has sent so far. */
  readonly answered: Answered
}

/**
 * The prompt, or the input requests of the host. Throws as `findPrompt` does, and INVALID_PARAMS without a required argument.
 */
export async function getPrompt(
  runtime: Runtime,
  admitted: Admitted,
  input: PromptInput,
): Promise<PromptResult | Ask> {
  const { prompts } = runtime.config.adapters
  const prompt = await findPrompt(runtime, admitted, input.name)
  if (prompts === undefined) throw new AllvError('PROMPT_NOT_FOUND')
  const missing = (prompt.arguments ?? []).filter(
    ({ name, required }) => required && !Object.hasOwn(input.arguments, name),
  )
  if (missing.length > 0)
    throw new AllvError('INVALID_PARAMS', { details: { missing: missing.map(({ name }) => name) } })
  let current = admitted
  return withInputRequests(
    runtime,
    input,
    input.answered,
    (answered) => getFromHost(runtime, current, prompts, input, answered),
    {
      isAsk,
      beforeAsking: async () => {},
      recheck: async () => {
        // The member may have changed during the wait.
        current = await input.readmit()
        await findPrompt(runtime, current, input.name)
      },
    },
  )
}

/**
 * The prompt. Throws PROMPT_NOT_FOUND unless this credential may get it, and INSUFFICIENT_SCOPE for a token whose person could grant what is
 * missing.
 */
export async function findPrompt(
  runtime: Runtime,
  admitted: Admitted,
  wanted: string,
): Promise<PromptDefinition> {
  const prompt = (await listed(runtime, admitted)).find(({ name }) => name === wanted)
  if (prompt !== undefined) requireScopes(runtime, admitted, prompt.scopes)
  const reason = prompt === undefined ? 'unknown_prompt' : missingScopes(admitted, prompt)
  if (prompt === undefined || reason !== null)
    throw withAuditReason(new AllvError('PROMPT_NOT_FOUND'), reason)
  return prompt
}

async function getFromHost(
  runtime: Runtime,
  { context }: Admitted,
  prompts: PromptsAdapter,
  { name, arguments: args }: PromptInput,
  answered: Answered,
): Promise<PromptResult | Ask> {
  const given = await callAdapter(
    runtime,
    context.correlationId,
    () => prompts.get(context, { name, arguments: args, ...answered }),
    'INTERNAL',
  )
  return isAsk(given) ? given : completePrompt(given)
}

/** Checks the prompt. One bad message is an error, because without it the prompt would be another. MCP 2025-11-25, server/prompts. */
function completePrompt(given: PromptResult): PromptResult {
  if (!isRecord(given)) throw new TypeError('prompts.get gave no result; it must give { messages }')
  const { description, messages } = withoutNulls(given)
  if (description !== undefined && typeof description !== 'string')
    throw new TypeError('the description that prompts.get gave must be a text')
  const clean = listOf(messages, 'prompts.get').map(cleanMessage)
  if (!clean.every(isMessage))
    throw new TypeError(
      'prompts.get gave a message of the wrong shape; each needs the role "user" or "assistant" and one content block',
    )
  return { ...(description === undefined ? {} : { description }), messages: clean }
}

function cleanMessage(message: PromptMessage): PromptMessage {
  return isRecord(message) ? { role: message.role, content: cleanBlock(message.content) } : message
}

function isMessage(message: PromptMessage): boolean {
  return (
    isRecord(message) &&
    (message.role === 'user' || message.role === 'assistant') &&
    isContentBlock(message.content)
  )
}
