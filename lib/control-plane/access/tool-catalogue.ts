/**
 * Caches which tools of an unchanging list a credential may use. A catalogue knows tools and scopes, but no members. What a caller sees depends
 * only on the list that the host returned for its member and on the scopes of its credential.
 */

import { LRUCache } from 'lru-cache'
import type { Credential } from '../../adapters/principal.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { hasScope } from './scopes.js'

/** The usable tools of one list. */
export interface ToolCatalogue {
  /** Why tools of the list are left out. Reported whenever tools are listed, but not with each call. */
  readonly problems: readonly Error[]
  /** The tools whose scopes are all granted, in order. Credentials with equal grants get the same frozen array. */
  visibleTo(credential: Credential): readonly ToolDefinition[]
}

/** How many different sets of scopes are cached. The least recently used are computed again. */
const CACHED_GRANTS = { max: 200 }

/** Makes the catalogue of a list. `problems`: why other tools of the list were left out. */
export function createToolCatalogue(
  tools: readonly ToolDefinition[],
  problems: readonly Error[],
): ToolCatalogue {
  const byScopes = new LRUCache<string, readonly ToolDefinition[]>(CACHED_GRANTS)
  const byPattern = new LRUCache<string, readonly ToolDefinition[]>(CACHED_GRANTS)
  /** By the scopes array itself, if that is frozen. */
  const byList = new WeakMap<readonly string[], readonly ToolDefinition[]>()
  const remember = (credential: Credential, visible: readonly ToolDefinition[]) => {
    if (Object.isFrozen(credential.scopes)) byList.set(credential.scopes, visible)
    return visible
  }
  return {
    problems,
    visibleTo(credential) {
      const same = byList.get(credential.scopes)
      if (same !== undefined) return same
      const scopes = JSON.stringify(credential.scopes)
      const known = byScopes.get(scopes)
      if (known !== undefined) return remember(credential, known)
      const granted = tools.map((tool) => isGranted(credential, tool))
      const pattern = granted.map((yes) => (yes ? 'y' : 'n')).join('')
      const visible = byPattern.get(pattern) ?? Object.freeze(tools.filter((_, i) => granted[i]))
      byPattern.set(pattern, visible)
      byScopes.set(scopes, visible)
      return remember(credential, visible)
    },
  }
}

/** Whether the credential has all scopes of a tool. */
export function isGranted(credential: Credential, { scopes = [] }: ToolDefinition): boolean {
  return scopes.every((scope) => hasScope(credential, scope))
}

/** Whether neither the list nor its definitions can change. A frozen schema is assumed to be deeply frozen. */
export function isUnchanging(listed: readonly ToolDefinition[]): boolean {
  return Object.isFrozen(listed) && listed.every((tool) => !isObject(tool) || isFrozenDefinition(tool))
}

/** Whether a definition cannot change, nor any part of it that the library reads. */
export function isFrozenDefinition(tool: ToolDefinition): boolean {
  return (
    isObject(tool) &&
    Object.isFrozen(tool) &&
    [tool.inputSchema, tool.outputSchema, tool.annotations, tool.scopes].every((part) =>
      Object.isFrozen(part),
    )
  )
}

function isObject(tool: ToolDefinition): boolean {
  return typeof tool === 'object' && tool !== null
}
