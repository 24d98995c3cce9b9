/** Decides what the scopes of a credential grant. */

import type { Credential } from '../../adapters/principal.js'

interface WithCredential {
  readonly context: { readonly credential: Credential }
}

/** The scope that reading memory needs. */
export const MEMORY_READ = 'memory:read'

/** Whether the member may read memory with this credential. If not, lists are empty and no entry is found. */
export function mayReadMemory(admitted: WithCredential): boolean {
  return hasScope(admitted.context.credential, MEMORY_READ)
}

/** Whether a credential has a scope. `*` grants every scope, `a:*` every scope that begins with `a:`. */
export function hasScope({ scopes }: Credential, wanted: string): boolean {
  return scopes.some(
    (scope) =>
      scope === '*' || scope === wanted || (scope.endsWith(':*') && wanted.startsWith(scope.slice(0, -1))),
  )
}

/** For the audit log: which of these scopes the credential lacks; `null` for none. */
export function scopesMissing(credential: Credential, wanted: readonly string[] = []): string | null {
  const missing = wanted.filter((scope) => !hasScope(credential, scope))
  return missing.length === 0 ? null : `scope_missing: ${missing.join(' ')}`
}

/** For the audit log: whether the scope for `mayReadMemory` is missing; `null` when it is not. */
export function memoryScopeMissing(admitted: WithCredential): string | null {
  return scopesMissing(admitted.context.credential, [MEMORY_READ])
}

/** The scopes that the library itself asks for, and the patterns that grant them. A host's tools and prompts may ask for others. */
export const LIBRARY_SCOPES: readonly string[] = ['*', 'memory:*', MEMORY_READ, 'memory:write']
