/** The operations that read memory. */

import type { MemoryEntry, MemoryList, MemoryTemplate } from '../../adapters/memory.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { memoryScopeMissing } from '../access/scopes.js'
import { listEntries, listTemplates, readEntry } from '../content/memory.js'
import { operation } from '../request/operation.js'
import { explained } from '../request/refusals.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** validate, authorize (filter), execute, audit. */
export async function listMemory(runtime: Runtime, admitted: Admitted, cursor?: string): Promise<MemoryList> {
  return operation(runtime, admitted, 'memory/list', async () => {
    return { result: await listEntries(runtime, admitted, cursor), facts: {} }
  })
}

/** authorize (filter), execute, audit. */
export async function listMemoryTemplates(
  runtime: Runtime,
  admitted: Admitted,
): Promise<readonly MemoryTemplate[]> {
  return operation(runtime, admitted, 'memory/templates', async () => {
    return { result: await listTemplates(runtime, admitted), facts: {} }
  })
}

/** authorize, validate, execute, audit. `null` stands for an address that names nothing of this workspace; `address` is told of in the refusal. */
export async function readMemory(
  runtime: Runtime,
  admitted: Admitted,
  key: string | null,
  address?: string,
): Promise<MemoryEntry> {
  return operation(runtime, admitted, 'memory/read', async () => {
    const entry = key === null ? null : await readEntry(runtime, admitted, key)
    if (entry === null) {
      const error = new AllvError(
        'MEMORY_NOT_FOUND',
        address === undefined ? {} : { details: { uri: address } },
      )
      throw explained(error, memoryScopeMissing(admitted))
    }
    return { result: entry, facts: { memoryKey: entry.key } }
  })
}
