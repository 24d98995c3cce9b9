/** The operations that read memory. */

import type { MemoryEntry, MemoryList, MemoryTemplate } from '../../adapters/memory.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { MEMORY_READ, memoryScopeMissing } from '../access/scopes.js'
import { listEntries, listTemplates, readEntry } from '../content/memory.js'
import { operation } from '../request/operation.js'
import { withAuditReason } from '../request/refusals.js'
import { requireScopes } from '../request/require-scopes.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** One page of the memory entries that the caller may read. Steps: validate, authorize (filter), execute, audit. */
export async function listMemory(runtime: Runtime, admitted: Admitted, cursor?: string): Promise<MemoryList> {
  return operation(runtime, admitted, 'memory/list', async () => {
    return { result: await listEntries(runtime, admitted, cursor), facts: {} }
  })
}

/** The memory templates that the caller may see. Steps: authorize (filter), execute, audit. */
export async function listMemoryTemplates(
  runtime: Runtime,
  admitted: Admitted,
): Promise<readonly MemoryTemplate[]> {
  return operation(runtime, admitted, 'memory/templates', async () => {
    return { result: await listTemplates(runtime, admitted), facts: {} }
  })
}

/**
 * One memory entry. Steps: authorize, validate, execute, audit. `key` is `null` for a URI that names nothing in this workspace. `address` is
 * repeated in the refusal MEMORY_NOT_FOUND.
 */
export async function readMemory(
  runtime: Runtime,
  admitted: Admitted,
  key: string | null,
  address?: string,
): Promise<MemoryEntry> {
  return operation(runtime, admitted, 'memory/read', async () => {
    const entry = key === null ? null : await readEntry(runtime, admitted, key)
    if (entry === null) {
      if (key !== null && runtime.config.adapters.memory !== undefined)
        requireScopes(runtime, admitted, [MEMORY_READ])
      const error = new AllvError(
        'MEMORY_NOT_FOUND',
        address === undefined ? {} : { details: { uri: address } },
      )
      throw withAuditReason(error, memoryScopeMissing(admitted))
    }
    return { result: entry, facts: { memoryKey: entry.key } }
  })
}
