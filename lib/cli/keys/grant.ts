/** Reads what a new key may do, from the options of `keys create`. */

import { LIBRARY_SCOPES } from '../../control-plane/access/scopes.js'
import { readDuration } from '../kit/duration.js'
import { UsageError } from '../kit/failures.js'
import { shown } from '../kit/table.js'

interface Options {
  readonly scope?: readonly string[] | undefined
  readonly 'host-scope'?: readonly string[] | undefined
  readonly member?: readonly string[] | undefined
  readonly 'member-id'?: readonly string[] | undefined
  readonly 'any-member'?: boolean | undefined
  readonly expires?: string | undefined
  readonly mode?: string | undefined
}

/** What the options say, before members are looked up. */
export interface Grant {
  readonly scopes: readonly string[]
  /** `null`: any member. */
  readonly members: { readonly lookUp: readonly string[]; readonly ids: readonly string[] } | null
  readonly expiresInMs: number | null
  readonly mode: 'live' | 'test'
}

/** Throws a UsageError for an unknown scope or mode, and unless members are named or any member is said. */
export function readGrant(options: Options): Grant {
  return {
    scopes: readScopes(options),
    members: readMembers(options),
    expiresInMs: readExpiry(options),
    mode: readMode(options),
  }
}

function readScopes({ scope = [], 'host-scope': own = [] }: Options): readonly string[] {
  const unknown = scope.find((one) => !LIBRARY_SCOPES.includes(one))
  if (unknown !== undefined)
    throw new UsageError(
      `--scope ${shown(unknown)} is unknown; the scopes are ${LIBRARY_SCOPES.join(', ')}. Give a scope of your own tools with --host-scope`,
    )
  const malformed = own.find((one) => !/^[\x21-\x7e]{1,200}$/.test(one))
  if (malformed !== undefined)
    throw new UsageError('--host-scope must be 1 to 200 visible ASCII characters, without blanks')
  return [...new Set([...scope, ...own])]
}

function readMembers({
  member = [],
  'member-id': ids = [],
  'any-member': any = false,
}: Options): Grant['members'] {
  const named = member.length + ids.length > 0
  if (any && named) throw new UsageError('give members or --any-member, not both')
  if (!any && !named)
    throw new UsageError(
      'say for whom: --member with an id or an e-mail address, once for each member, or --any-member for all of the workspace',
    )
  if ([...member, ...ids].includes('')) throw new UsageError('--member and --member-id must not be empty')
  return any ? null : { lookUp: member, ids }
}

function readExpiry({ expires = 'never' }: Options): number | null {
  return expires === 'never' ? null : readDuration('expires', expires, 1000)
}

function readMode({ mode = 'live' }: Options): 'live' | 'test' {
  if (mode === 'live' || mode === 'test') return mode
  throw new UsageError('--mode must be live or test')
}
