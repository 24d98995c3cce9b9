/**
 * What a list of tools comes to, worked out once for each list that cannot change. A catalogue knows tools and scopes, never members: who
 * sees what follows from the list that the host gave for this member, and from this credential's scopes, and from nothing else.
 */

import { LRUCache } from 'lru-cache'
import type { Credential } from '../../adapters/principal.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { hasScope } from './scopes.js'

export interface ToolCatalogue {
  /** Why tools of the list are left out: told again whenever it is listed, and not with each call. */
  readonly problems: readonly Error[]
  /** The tools whose scopes are all granted, in order. Equal grants get the very same frozen list. */
  visibleTo(credential: Credential): readonly ToolDefinition[]
}

/** More kinds of keys than that, and those that were not used for longest are worked out again. */
const REMEMBERED_GRANTS = { max: 200 }

export function createToolCatalogue(
  tools: readonly ToolDefinition[],
  problems: readonly Error[],
): ToolCatalogue {
  const byScopes = new LRUCache<string, readonly ToolDefinition[]>(REMEMBERED_GRANTS)
  const byPattern = new LRUCache<string, readonly ToolDefinition[]>(REMEMBERED_GRANTS)
  /** By the very list of scopes, where that cannot change. */
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

export function isGranted(credential: Credential, { scopes = [] }: ToolDefinition): boolean {
  return scopes.every((scope) => hasScope(credential, scope))
}

/** Whether neither the list nor anything in it can change. A frozen schema is taken to be frozen all through. */
export function isUnchanging(listed: readonly ToolDefinition[]): boolean {
  return Object.isFrozen(listed) && listed.every((tool) => !isObject(tool) || isFrozenDefinition(tool))
}

/** Neither the definition nor anything in it that the pipeline reads can change. */
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
