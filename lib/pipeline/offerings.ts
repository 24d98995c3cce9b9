/** The operations on what a host may offer beside tools and memory: prompts, resources of its own, completions. */

import type { Answered, Ask } from '../adapters/input.js'
import type { Completion, CompletionQuery, PromptDefinition, PromptResult } from '../adapters/prompts.js'
import type { ResourceContents } from '../adapters/resources.js'
import { isAsk } from '../ask.js'
import { digestJson } from '../digest.js'
import { AllvError } from '../errors.js'
import { callAdapter } from './adapter-call.js'
import { auditFact } from './audit.js'
import type { Admitted } from './context.js'
import { listEntries } from './memory.js'
import { readmit } from './operations.js'
import type { Plane } from './plane.js'
import { getPrompt, type PromptInput, visiblePrompts } from './prompts.js'
import { audited } from './refusals.js'
import { type ResourceInput, readResource } from './resources.js'
import { openRound, type Retry, type RoundBinding, sealRound } from './rounds.js'

/** A result, or questions with the state that brings the caller back here. */
export type Offered<T> = { readonly result: T } | { readonly ask: Ask; readonly requestState: string }

/** authorize (filter), execute, audit. */
export async function listPrompts(plane: Plane, admitted: Admitted): Promise<readonly PromptDefinition[]> {
  return audited(plane, admitted, 'prompts/list', async () => {
    const prompts = await visiblePrompts(plane, admitted)
    await auditFact(plane, admitted, { type: 'prompts.listed', operation: 'prompts/list' })
    return prompts
  })
}

/** authorize, validate, execute, audit. */
export async function promptFor(
  plane: Plane,
  admitted: Admitted,
  input: Omit<PromptInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<Offered<PromptResult>> {
  const { name } = input
  const binding = bindingOf(admitted, 'prompts/get', name, input.arguments)
  return audited(plane, admitted, 'prompts/get', async () => {
    const offered = await inRounds(plane, binding, input.retry, (answered) =>
      getPrompt(plane, admitted, { ...input, answered, readmit: () => readmit(plane, admitted) }),
    )
    if ('result' in offered)
      await auditFact(plane, admitted, { type: 'prompt.got', operation: 'prompts/get', prompt: name })
    return offered
  })
}

/** authorize, validate, execute, audit. A resource that is missing or not for this member is MEMORY_NOT_FOUND, like a memory entry. */
export async function resourceAt(
  plane: Plane,
  admitted: Admitted,
  input: Omit<ResourceInput, 'answered' | 'readmit'> & { readonly retry: Retry | null },
): Promise<Offered<readonly ResourceContents[]>> {
  const { uri } = input
  const binding = bindingOf(admitted, 'resources/read', uri, {})
  return audited(plane, admitted, 'resources/read', async () => {
    const offered = await inRounds(plane, binding, input.retry, async (answered) => {
      const again = () => readmit(plane, admitted)
      const contents = await readResource(plane, admitted, { ...input, answered, readmit: again })
      if (contents === null) throw new AllvError('MEMORY_NOT_FOUND')
      return contents
    })
    if ('result' in offered)
      await auditFact(plane, admitted, {
        type: 'resource.read',
        operation: 'resources/read',
        resourceUri: uri,
      })
    return offered
  })
}

/** authorize, execute. What may not be got completes to nothing. MCP 2026-07-28, server/utilities/completion. */
export async function complete(
  plane: Plane,
  admitted: Admitted,
  query: CompletionQuery,
): Promise<Completion> {
  return audited(plane, admitted, 'completion/complete', async () => {
    const { prompts, resources } = plane.config.adapters
    const { of } = query
    if (of.kind === 'prompt') {
      const known = (await visiblePrompts(plane, admitted)).some(({ name }) => name === of.name)
      if (!known) throw new AllvError('PROMPT_NOT_FOUND')
    }
    const adapter = of.kind === 'prompt' ? prompts : resources
    if (adapter?.complete === undefined) return { values: [] }
    return callAdapter(
      plane,
      admitted.correlationId,
      async () => (await adapter.complete?.(admitted.context, query)) ?? { values: [] },
    )
  })
}

/** Somebody is typing: a large memory is not read to its end for each letter. */
const MOST_PAGES = 10

export interface KeyCompletion extends Completion {
  /** Whether there are pages that were not looked at. */
  readonly unfinished: boolean
}

/** At least `enough` memory keys that begin with what is typed, where the first ten pages have so many. */
export async function completeMemoryKey(
  plane: Plane,
  admitted: Admitted,
  typed: string,
  enough: number,
): Promise<KeyCompletion> {
  return audited(plane, admitted, 'completion/complete', async () => {
    const values: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < MOST_PAGES && values.length < enough; pages += 1) {
      const { entries, nextCursor } = await listEntries(plane, admitted, cursor)
      values.push(...entries.map(({ key }) => key).filter((key) => key.startsWith(typed)))
      if (nextCursor === null) return { values, unfinished: false }
      cursor = nextCursor
    }
    return { values, unfinished: true }
  })
}

function bindingOf({ context }: Admitted, method: string, target: string, args: object): RoundBinding {
  return { context, method, target, argumentsDigest: digestJson(args) }
}

async function inRounds<T>(
  plane: Plane,
  binding: RoundBinding,
  retry: Retry | null,
  act: (answered: Answered) => Promise<T | Ask>,
): Promise<Offered<T>> {
  const round = retry === null ? null : await openRound(plane, binding, retry)
  const seal = async (ask: Ask) => ({ ask, requestState: await sealRound(plane, binding, ask, null) })
  if (round !== null && round.askAgain !== null) return seal(round.askAgain)
  const result = await act(round?.answered ?? { answers: null, state: null })
  return isAsk(result) ? seal(result) : { result }
}
