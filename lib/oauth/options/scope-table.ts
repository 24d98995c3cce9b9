/** What the scopes of tokens grant. Only what the host's table names passes: a token may contain whatever its client asked for. */

import { LRUCache } from 'lru-cache'
import { isTextList } from '../../foundation/json/guards.js'
import type { OAuthOptions, TokenClaims, TokenScope } from './oauth-options.js'

/** The table of the option `oauth.scopes`. */
export interface ScopeTable {
  /** The names of all scopes, in the order of the table. */
  readonly names: readonly string[]
  /** Every scope of the library that some scope of the table grants. Frozen. */
  readonly grantable: readonly string[]
  /** The scopes that clients ask for when they sign in. */
  readonly defaults: readonly string[]
  /** The scopes of the table that a token has, with those that they include. Unknown ones and wildcards are dropped. */
  known(tokenScopes: readonly string[]): readonly string[]
  /** The library's scopes that these scopes of the table grant. Equal lists give the same frozen array. */
  granted(known: readonly string[]): readonly string[]
  /** The scopes of the table to ask for so that `wanted` (scopes of the library) are granted; `null`: no scope of the table grants one of them. */
  toAsk(
    wanted: readonly string[],
    isGrantedBy: (grants: readonly string[], scope: string) => boolean,
  ): readonly string[] | null
}

const CACHED = 1_000

/** RFC 6749, section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** Checks the table. Throws a TypeError that names the mistake. */
export function readScopeTable(given: OAuthOptions['scopes']): ScopeTable {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || Object.keys(given).length === 0)
    throw new TypeError(
      "option oauth.scopes must be a table with at least one scope: { 'crm.read': { grants: ['deals:read'], default: true } }",
    )
  const table = new Map(Object.entries(given).map(([name, scope]) => [name, readScope(name, scope, given)]))
  const defaults = [...table].filter(([, { isDefault }]) => isDefault).map(([name]) => name)
  if (defaults.length === 0)
    throw new TypeError(
      'option oauth.scopes needs default: true on at least one scope, which clients ask for at sign-in',
    )
  return tableOf(table, defaults)
}

interface ReadScope {
  readonly grants: readonly string[]
  readonly implies: readonly string[]
  readonly isDefault: boolean
}

function readScope(name: string, scope: TokenScope, table: OAuthOptions['scopes']): ReadScope {
  const where = `option oauth.scopes[${JSON.stringify(name)}]`
  if (!SCOPE_TOKEN.test(name) || name.includes('*'))
    throw new TypeError(
      `${where}: a scope is visible ASCII without quotes, backslashes and "*" (RFC 6749, section 3.3)`,
    )
  if (name === 'offline_access')
    throw new TypeError(
      `${where}: leave it out; it is between the client and the authorization server (SEP-2207)`,
    )
  if (typeof scope !== 'object' || scope === null || !isTextList(scope.grants))
    throw new TypeError(`${where} must be { grants: [...], implies?: [...], default?: true }`)
  for (const key of Object.keys(scope))
    if (!['grants', 'implies', 'default'].includes(key))
      throw new TypeError(`${where} has the unknown member "${key}"; it takes grants, implies and default`)
  const implies = scope.implies ?? []
  if (!isTextList(implies) || implies.some((other) => !Object.hasOwn(table, other)))
    throw new TypeError(`${where}.implies must list scopes of this table`)
  if (scope.default !== undefined && typeof scope.default !== 'boolean')
    throw new TypeError(`${where}.default must be true or false`)
  return { grants: [...scope.grants], implies: [...implies], isDefault: scope.default === true }
}

type Table = ReadonlyMap<string, ReadScope>

function tableOf(table: Table, defaults: readonly string[]): ScopeTable {
  const names = [...table.keys()]
  const grantedBy = new LRUCache<string, readonly string[]>({ max: CACHED })
  return {
    names,
    grantable: Object.freeze(grantsOf(table, names)),
    defaults,
    known(tokenScopes) {
      const found = withImplied(table, tokenScopes)
      return names.filter((name) => found.has(name))
    },
    granted(known) {
      const key = known.join(' ')
      const cached = grantedBy.get(key)
      if (cached !== undefined) return cached
      const granted = Object.freeze(grantsOf(table, known))
      grantedBy.set(key, granted)
      return granted
    },
    toAsk(wanted, isGrantedBy) {
      const asked = wanted.map((scope) => leastThatGrants(table, (grants) => isGrantedBy(grants, scope)))
      return asked.every((name) => name !== undefined) ? [...new Set(asked)] : null
    },
  }
}

/** The scopes with those that they include. Unknown ones are left out. */
function withImplied(table: Table, wanted: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (name: string): void => {
    const scope = table.get(name)
    if (scope === undefined || found.has(name)) return
    found.add(name)
    for (const other of scope.implies) add(other)
  }
  for (const name of wanted) add(name)
  return found
}

function grantsOf(table: Table, known: Iterable<string>): readonly string[] {
  return [...new Set([...known].flatMap((name) => table.get(name)?.grants ?? []))]
}

/** Of the scopes that are enough, the one that grants the least besides. */
function leastThatGrants(table: Table, isEnough: (grants: readonly string[]) => boolean): string | undefined {
  return [...table.keys()]
    .map((name) => ({ name, grants: grantsOf(table, withImplied(table, [name])) }))
    .filter(({ grants }) => isEnough(grants))
    .sort((a, b) => a.grants.length - b.grants.length)
    .at(0)?.name
}

/** The scopes of a token: `scope` (RFC 9068), or `scp` as a text or a list (Entra ID, Okta). */
export function scopesOf({ scope, scp }: TokenClaims): readonly string[] {
  return readScopes(scope ?? scp)
}

/** Scopes as a text with blanks between them, or as a list. */
export function readScopes(given: unknown): readonly string[] {
  if (typeof given === 'string') return given.split(' ').filter((name) => name !== '')
  return isTextList(given) ? given : []
}
