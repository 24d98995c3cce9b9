/** Finds one key of a workspace. */

import type { ApiKeyInfo } from '../../postgres/api-keys.js'
import { RefusedError } from '../kit/failures.js'
import { shown } from '../kit/table.js'
import type { KeyStore } from './key-store.js'

/** Throws a RefusedError where the workspace has no such key, whether another one has it or not. */
export async function findKey(
  { apiKeys }: KeyStore,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
): Promise<ApiKeyInfo> {
  const found = (await apiKeys.list({ workspaceId })).find((key) => key.id === id)
  if (found !== undefined) return found
  throw new RefusedError(
    `workspace ${shown(workspaceId)} has no key ${shown(id)}; allv-mcp keys list --workspace ${shown(workspaceId)} shows those it has`,
  )
}
