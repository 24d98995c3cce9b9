/** Prompts: the same predicate lists them and decides what may be got. */

import type { Answered, Ask } from '../adapters/input.js'
import type { PromptDefinition, PromptResult, PromptsAdapter } from '../adapters/prompts.js'
import { isAsk } from '../ask.js'
import { AllvError } from '../errors.js'
import { callAdapter } from './adapter-call.js'
import type { Admitted } from './context.js'
import type { Plane } from './plane.js'
import { type Questioner, withQuestions } from './put-questions.js'
import { explained } from './refusals.js'
import { scopesMissing } from './scopes.js'

export async function visiblePrompts(plane: Plane, admitted: Admitted): Promise<readonly PromptDefinition[]> {
  return (await listed(plane, admitted)).filter((prompt) => lacks(admitted, prompt) === null)
}

async function listed(
  plane: Plane,
  { context, correlationId }: Admitted,
): Promise<readonly PromptDefinition[]> {
  const { prompts } = plane.config.adapters
  return prompts === undefined ? [] : callAdapter(plane, correlationId, () => prompts.list(context))
}

function lacks({ context }: Admitted, { scopes }: PromptDefinition): string | null {
  return scopesMissing(context.credential, scopes)
}

export interface PromptInput extends Questioner {
  readonly name: string
  readonly arguments: Readonly<Record<string, string>>
  readonly answered: Answered
}

/** Throws PROMPT_NOT_FOUND for what is not listed, INVALID_PARAMS when a required argument is missing. */
export async function getPrompt(
  plane: Plane,
  admitted: Admitted,
  input: PromptInput,
): Promise<PromptResult | Ask> {
  const { prompts } = plane.config.adapters
  const prompt = (await listed(plane, admitted)).find(({ name }) => name === input.name)
  const reason = prompt === undefined ? 'unknown_prompt' : lacks(admitted, prompt)
  if (prompts === undefined || prompt === undefined || reason !== null)
    throw explained(new AllvError('PROMPT_NOT_FOUND'), reason)
  const missing = (prompt.arguments ?? []).filter(
    ({ name, required }) => required && !Object.hasOwn(input.arguments, name),
  )
  if (missing.length > 0)
    throw new AllvError('INVALID_PARAMS', { details: { missing: missing.map(({ name }) => name) } })
  return withQuestions(
    plane,
    input,
    input.answered,
    (answered) => fill(plane, admitted, prompts, input, answered),
    { isAsk, beforeAsking: async () => {} },
  )
}

function fill(
  plane: Plane,
  { context, correlationId }: Admitted,
  prompts: PromptsAdapter,
  { name, arguments: args }: PromptInput,
  answered: Answered,
): Promise<PromptResult | Ask> {
  return callAdapter(
    plane,
    correlationId,
    () => prompts.get(context, { name, arguments: args, ...answered }),
    'INTERNAL',
  )
}
