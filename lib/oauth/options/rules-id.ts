/** Tells authorization servers apart, and the rules by which their tokens are checked. */

import type { CheckedIssuer } from './oauth-config.js'

const rulesIds = new WeakMap<CheckedIssuer, string>()

/** What identifies a server and how its tokens are checked: a token that one set of rules accepted says nothing under another. */
export function rulesIdOf(checked: CheckedIssuer): string {
  const known = rulesIds.get(checked)
  if (known !== undefined) return known
  const { issuer, jwksUri, algorithms, tokenType, subjectClaim, introspection } = checked
  const id = JSON.stringify([
    issuer,
    jwksUri,
    algorithms,
    tokenType,
    subjectClaim,
    introspection?.endpoint,
    introspection?.clientId,
  ])
  rulesIds.set(checked, id)
  return id
}
