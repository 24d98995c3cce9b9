/** The operations on what a host may offer beside tools and memory: prompts, resources of its own, completions. */

import { isAsk } from '../../adapter-kit/ask.js'
import type { Answered, Ask } from '../../adapters/input-requests.js'
import type { Completion, CompletionQuery, PromptDefinition, PromptResult } from '../../adapters/prompts.js'
import type { ResourceContents } from '../../adapters/resources.js'
import { digestJson } from '../../foundation/crypto/digest.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { listOf } from '../../foundation/json/host-values.js'
import { cleanName } from '../../foundation/text/text.js'
import { getPrompt, type PromptInput, visiblePrompts } from '../content/prompts.js'
import { type ResourceInput, readResource } from '../content/resources.js'
import { openRequestState, type Retry, type StateBinding, sealRequestState } from '../input/request-state.js'
import { operation } from '../request/operation.js'
import { withinLimit } from '../request/output-limit.js'
import { type Page, pageOf } from '../request/pages.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'
import { readmit } from './call-tool.js'

const MAX_AUDITED_URI = 200

/** A result, or questions with the state that brings the caller back here. */
export type Offered<T> = { readonly result: T } | { readonly ask: Ask; readonly requestState: string }

/** authorize (filter), execute, audit. */
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

/** authorize, validate, execute, audit. */
export async function promptFor(
  runtime: Runtime,
  admitted: Admitted,
  input: Omit<PromptInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<Offered<PromptResult>> {
  const { name } = input
  return operation(runtime, admitted, 'prompts/get', async () => {
    const binding = bindingOf(admitted, 'prompts/get', name, input.arguments)
    const result = await inRounds(runtime, binding, input.retry, (answered) =>
      getPrompt(runtime, admitted, { ...input, answered, readmit: () => readmit(runtime, admitted) }),
    )
    withinLimit(runtime, admitted, 'prompts.get', result)
    return { result, facts: { prompt: name, ...outcomeOf(result) } }
  })
}

/** RFC 9110, section 4.1: what every recipient of a URI should take. A refusal does not repeat a longer one. UTF-16 units. */
export const MOST_REPEATED = 8000

/** authorize, validate, execute, audit. A resource that is missing or not for this member is MEMORY_NOT_FOUND, like a memory entry. */
export async function resourceAt(
  runtime: Runtime,
  admitted: Admitted,
  input: Omit<ResourceInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<Offered<readonly ResourceContents[]>> {
  const { uri } = input
  return operation(runtime, admitted, 'resources/read', async () => {
    const binding = bindingOf(admitted, 'resources/read', uri, {})
    const result = await inRounds(runtime, binding, input.retry, async (answered) => {
      const again = () => readmit(runtime, admitted)
      const contents = await readResource(runtime, admitted, { ...input, answered, readmit: again })
      if (contents === null)
        throw new AllvError('MEMORY_NOT_FOUND', uri.length > MOST_REPEATED ? {} : { details: { uri } })
      return contents
    })
    withinLimit(runtime, admitted, 'resources.read', result)
    return { result, facts: { resourceUri: uri, ...outcomeOf(result) } }
  })
}

/** authorize, execute, audit. What may not be got completes to nothing. MCP 2026-07-28, server/utilities/completion. */
export async function complete(
  runtime: Runtime,
  admitted: Admitted,
  query: CompletionQuery,
): Promise<Completion> {
  const { of } = query
  return operation(runtime, admitted, 'completion/complete', async () => {
    if (of.kind === 'prompt') {
      const known = (await visiblePrompts(runtime, admitted)).some(({ name }) => name === of.name)
      if (!known) throw new AllvError('PROMPT_NOT_FOUND')
      return { result: await completeOffering(runtime, admitted, query), facts: { prompt: of.name } }
    }
    const resourceUri = cleanName(of.uriTemplate, MAX_AUDITED_URI)
    return { result: await completeOffering(runtime, admitted, query), facts: { resourceUri } }
  })
}

function completionOf({ values, total }: Completion): Completion {
  const texts = listOf(values ?? [], 'complete').filter((value) => typeof value === 'string')
  return Number.isSafeInteger(total) ? { values: texts, total: total ?? 0 } : { values: texts }
}

async function completeOffering(
  runtime: Runtime,
  admitted: Admitted,
  query: CompletionQuery,
): Promise<Completion> {
  const { prompts, resources } = runtime.config.adapters
  const { kind } = query.of
  const adapter = kind === 'prompt' ? prompts : resources
  if (adapter?.complete === undefined) return { values: [] }
  const given = await callAdapter(
    runtime,
    admitted.correlationId,
    async () => (await adapter.complete?.(admitted.context, query)) ?? { values: [] },
  )
  return withinLimit(runtime, admitted, `${kind}s.complete`, completionOf(given))
}

function bindingOf({ context }: Admitted, method: string, target: string, args: object): StateBinding {
  return { context, method, target, argumentsDigest: digestJson(args) }
}

/** Questions are no result yet; they too were given to somebody. */
function outcomeOf(offered: Offered<unknown>): { readonly outcome?: string } {
  return 'result' in offered ? {} : { outcome: 'input_required' }
}

async function inRounds<T>(
  runtime: Runtime,
  binding: StateBinding,
  retry: Retry | null,
  act: (answered: Answered) => Promise<T | Ask>,
): Promise<Offered<T>> {
  const round = retry === null ? null : await openRequestState(runtime, binding, retry)
  const seal = async (ask: Ask) => ({
    ask,
    requestState: await sealRequestState(runtime, binding, ask, null),
  })
  if (round !== null && round.askAgain !== null) return seal(round.askAgain)
  const result = await act(round?.answered ?? { answers: null, state: null })
  return isAsk(result) ? seal(result) : { result }
}
