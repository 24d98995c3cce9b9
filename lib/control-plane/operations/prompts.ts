/** The operations on prompts. */

import type { PromptDefinition, PromptResult } from '../../adapters/prompts.js'
import { readmit } from '../admission/admit.js'
import { getPrompt, type PromptInput, visiblePrompts } from '../content/prompts.js'
import { auditOutcome, type ResultOrAsk, requestBinding, withRequestState } from '../content/rounds.js'
import type { Retry } from '../input/request-state.js'
import { operation } from '../request/operation.js'
import { withinLimit } from '../request/output-limit.js'
import { type Page, pageOf } from '../request/pages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** One page of the prompts that the caller may get. Steps: authorize (filter), execute, audit. */
export async function listPrompts(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<Page<PromptDefinition>> {
  return operation(runtime, admitted, 'prompts/list', async () => {
    const load = () => visiblePrompts(runtime, admitted)
    const result = await pageOf(runtime, admitted, {
      list: 'prompts',
      cursor,
      load,
      nameOf: ({ name }) => name,
    })
    return { result, facts: {} }
  })
}

/** The messages of one prompt, or the input requests of the host. Steps: authorize, validate, execute, audit. */
export async function promptFor(
  runtime: Runtime,
  admitted: Admitted,
  input: Omit<PromptInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<ResultOrAsk<PromptResult>> {
  const { name } = input
  return operation(runtime, admitted, 'prompts/get', async () => {
    const binding = requestBinding(admitted, 'prompts/get', name, input.arguments)
    const result = await withRequestState(runtime, binding, input.retry, (answered) =>
      getPrompt(runtime, admitted, { ...input, answered, readmit: () => readmit(runtime, admitted) }),
    )
    withinLimit(runtime, admitted, 'prompts.get', result)
    return { result, facts: { prompt: name, ...auditOutcome(result) } }
  })
}
