/** The scopes of access tokens: what each grants in the host, and what the consent page calls it. */

import type { OAuthOptions } from 'allv-mcp'

const SCOPES = {
  'crm.read': { grants: ['deals:read'], default: true, words: 'Read deals, contacts and reports' },
  'crm.write': { grants: ['deals:write'], implies: ['crm.read'], words: 'Create and delete deals' },
  'memory.read': { grants: ['memory:read'], default: true, words: 'Read the memory of the workspace' },
  'memory.write': {
    grants: ['memory:write'],
    implies: ['memory.read'],
    words: 'Change the memory of the workspace',
  },
} as const

/** For the option `oauth` of the host. */
export const TOKEN_SCOPES: OAuthOptions['scopes'] = Object.fromEntries(
  Object.entries(SCOPES).map(([name, { words: _, ...scope }]) => [name, scope]),
)

export const API_SCOPES: readonly string[] = Object.keys(SCOPES)

/** What a client gets that names no scope. */
export const DEFAULT_SCOPES: readonly string[] = Object.entries(SCOPES)
  .filter(([, scope]) => 'default' in scope)
  .map(([name]) => name)

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries(SCOPES).map(([name, { words }]) => [name, words]),
)

/** For people. A scope that is not of the API gives nothing to show. */
export function scopesInWords(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => WORDS.get(scope) ?? [])
}
