/** Prompts: the same predicate lists them and decides what may be got. */

import type { Answered, Ask } from '../adapters/input.js'
import type { PromptDefinition, PromptResult, PromptsAdapter } from '../adapters/prompts.js'
import { isAsk } from '../ask.js'
import { AllvError } from '../errors.js'
import { callAdapter } from './adapter-call.js'
import type { Admitted } from './context.js'
import type { Plane } from './plane.js'
import { type Questioner, withQuestions } from './put-questions.js'
import { hasScope } from './scopes.js'

export async function visiblePrompts(
  plane: Plane,
  { context, correlationId }: Admitted,
): Promise<readonly PromptDefinition[]> {
  const { prompts } = plane.config.adapters
  if (prompts === undefined) return []
  const listed = await callAdapter(plane, correlationId, () => prompts.list(context))
  return listed.filter(({ scopes }) => (scopes ?? []).every((scope) => hasScope(context.credential, scope)))
}

export interface PromptInput extends Questioner {
  /** Asks the gates again. */
  readonly readmit: () => Promise<Admitted>
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
  const prompt = await findPrompt(plane, admitted, input.name)
  if (prompts === undefined) throw new AllvError('PROMPT_NOT_FOUND')
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
    {
      isAsk,
      beforeAsking: async () => {},
      recheck: async () => findPrompt(plane, await input.readmit(), input.name),
    },
  )
}

async function findPrompt(plane: Plane, admitted: Admitted, wanted: string): Promise<PromptDefinition> {
  const prompt = (await visiblePrompts(plane, admitted)).find(({ name }) => name === wanted)
  if (prompt === undefined) throw new AllvError('PROMPT_NOT_FOUND')
  return prompt
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
