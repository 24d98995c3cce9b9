/** Checks what a key store or the host's authentication says of a caller. A wrong shape counts as an outage: it must not grant anything. */

import { isText, isTextList } from '../../foundation/json/guards.js'

/** The caller, and what it may do. */
export interface Grant {
  readonly id: string
  readonly workspaceId: string
  readonly members: 'any' | readonly string[]
  readonly scopes: readonly string[]
  readonly expiresAt: Date | null
}

/** Whether a value has the shape of a grant. One whose end is not a Date, for example, would never end. */
export function isGrant(value: { readonly [K in keyof Grant]: unknown }): value is Grant {
  const { id, workspaceId, members, scopes, expiresAt } = value
  return (
    isText(id) &&
    isText(workspaceId) &&
    isTextList(scopes) &&
    (members === 'any' || isTextList(members)) &&
    isDateOrNull(expiresAt)
  )
}

/** Whether a value is a Date with a time, or `null`. */
export function isDateOrNull(value: unknown): value is Date | null {
  return value === null || (value instanceof Date && !Number.isNaN(value.getTime()))
}
