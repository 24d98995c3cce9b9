/** The operation `completion/complete`: suggests values for what a person types. */

import type { Completion, CompletionQuery } from '../../adapters/prompts.js'
import { listOf } from '../../foundation/json/host-values.js'
import { cleanName } from '../../foundation/text/text.js'
import { listEntries } from '../content/memory.js'
import { findPrompt } from '../content/prompts.js'
import { operation } from '../request/operation.js'
import { withinLimit } from '../request/output-limit.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

const MAX_AUDITED_URI = 200

/**
 * Completes an argument of a prompt or of a resource template. Steps: authorize, execute, audit. Throws as `findPrompt` does
 * for a prompt that the caller cannot get. MCP 2026-07-28, server/utilities/completion.
 */
export async function complete(
  runtime: Runtime,
  admitted: Admitted,
  query: CompletionQuery,
): Promise<Completion> {
  const { of } = query
  return operation(runtime, admitted, 'completion/complete', async () => {
    if (of.kind === 'prompt') {
      await findPrompt(runtime, admitted, of.name)
      return { result: await askAdapter(runtime, admitted, query), facts: { prompt: of.name } }
    }
    const resourceUri = cleanName(of.uriTemplate, MAX_AUDITED_URI)
    return { result: await askAdapter(runtime, admitted, query), facts: { resourceUri } }
  })
}

function completionOf({ values, total }: Completion): Completion {
  const texts = listOf(values ?? [], 'complete').filter((value) => typeof value === 'string')
  return Number.isSafeInteger(total) ? { values: texts, total: total ?? 0 } : { values: texts }
}

async function askAdapter(runtime: Runtime, admitted: Admitted, query: CompletionQuery): Promise<Completion> {
  const { prompts, resources } = runtime.config.adapters
  const { kind } = query.of
  const adapter = kind === 'prompt' ? prompts : resources
  if (adapter?.complete === undefined) return { values: [] }
  const given = await callAdapter(
    runtime,
    admitted.context.correlationId,
    async () => (await adapter.complete?.(admitted.context, query)) ?? { values: [] },
  )
  return withinLimit(runtime, admitted, `${kind}s.complete`, completionOf(given))
}

/** A person is typing, so a large memory is not read to its end for each letter. */
const MAX_PAGES = 10

/** Memory keys for a completion. */
export interface KeyCompletion extends Completion {
  /** Whether there are pages that were not read. */
  readonly unfinished: boolean
}

/** Memory keys that begin with `typed`. Reads pages until `enough` keys are found, ten pages at most. */
export async function completeMemoryKey(
  runtime: Runtime,
  admitted: Admitted,
  typed: string,
  enough: number,
): Promise<KeyCompletion> {
  return operation<KeyCompletion>(runtime, admitted, 'completion/complete', async () => {
    const facts = { resourceUri: `${runtime.config.brand.memoryScheme}:memory` }
    const values: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < MAX_PAGES && values.length < enough; pages += 1) {
      const { entries, nextCursor } = await listEntries(runtime, admitted, cursor)
      values.push(...entries.map(({ key }) => key).filter((key) => key.startsWith(typed)))
      if (nextCursor === null) return { result: { values, unfinished: false }, facts }
      cursor = nextCursor
    }
    return { result: { values, unfinished: true }, facts }
  })
}
