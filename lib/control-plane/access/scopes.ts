/** What a credential's scopes grant. */

import type { Credential } from '../../adapters/principal.js'

interface WithCredential {
  readonly context: { readonly credential: Credential }
}

const MEMORY_READ = 'memory:read'

/** Whether the member may read memory with this credential. Lists are empty and entries missing where not. */
export function mayReadMemory(admitted: WithCredential): boolean {
  return hasScope(admitted.context.credential, MEMORY_READ)
}

/** `*` grants everything, `a:*` every scope that begins with `a:`. */
export function hasScope({ scopes }: Credential, wanted: string): boolean {
  return scopes.some(
    (scope) =>
      scope === '*' || scope === wanted || (scope.endsWith(':*') && wanted.startsWith(scope.slice(0, -1))),
  )
}

/** For the audit trail: which of these scopes the credential lacks, or `null` where it has them all. */
export function scopesMissing(credential: Credential, wanted: readonly string[] = []): string | null {
  const missing = wanted.filter((scope) => !hasScope(credential, scope))
  return missing.length === 0 ? null : `scope_missing: ${missing.join(' ')}`
}

/** The same for what `mayReadMemory` asks. */
export function memoryScopeMissing(admitted: WithCredential): string | null {
  return scopesMissing(admitted.context.credential, [MEMORY_READ])
}
