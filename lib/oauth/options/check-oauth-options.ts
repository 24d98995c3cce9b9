/** Checks the option `oauth` at start-up. It fetches nothing. */

import { isRecord } from '../../foundation/json/guards.js'
import { isFetchable } from '../keys/fetch-json.js'
import type { CheckedIssuer, OAuthConfig } from './oauth-config.js'
import type { AudienceOption, Introspection, OAuthIssuer, OAuthOptions } from './oauth-options.js'
import { readScopes, readScopeTable, scopesOf } from './scope-table.js'

const KNOWN = {
  issuers: true,
  audience: true,
  scopes: true,
  endpoint: true,
  metadataAt: true,
  insufficientScope: true,
  clockSkewSeconds: true,
  maxTokenAgeSeconds: true,
  cacheSeconds: true,
  keyMaxStaleSeconds: true,
  dpop: true,
  serviceMembers: true,
  isRevoked: true,
  workspaceOf: true,
  resourceName: true,
  documentationUrl: true,
  fetch: true,
} as const satisfies Record<keyof Required<OAuthOptions>, true>

const ISSUER_MEMBERS = [
  'issuer',
  'jwksUri',
  'algorithms',
  'tokenType',
  'subjectClaim',
  'scopesOf',
  'audience',
  'introspection',
]
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'] as const
const ASYMMETRIC = /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/
const DAY_SECONDS = 24 * 60 * 60

/** Checks the option and fills in defaults. Throws a TypeError that names the mistake and the cure. */
export function readOAuthOptions(given: OAuthOptions): OAuthConfig {
  if (!isRecord(given)) throw new TypeError('option oauth must be an object { issuers, scopes, … }')
  for (const key of Object.keys(given))
    if (!Object.hasOwn(KNOWN, key))
      throw new TypeError(`unknown option "oauth.${key}"; its options are ${Object.keys(KNOWN).join(', ')}`)
  return Object.freeze({
    ...readIssuers(given.issuers),
    audience: given.audience === undefined ? null : readAudience(given.audience, 'option oauth.audience'),
    scopes: readScopeTable(given.scopes),
    endpoint: oneOf('option oauth.endpoint', given.endpoint ?? 'separate', ['separate', 'same'] as const),
    metadataAt: oneOf('option oauth.metadataAt', given.metadataAt ?? 'origin', ['origin', 'mount'] as const),
    insufficientScope: oneOf('option oauth.insufficientScope', given.insufficientScope ?? 'challenge', [
      'challenge',
      'tool-error',
    ] as const),
    clockSkewSeconds: seconds('clockSkewSeconds', given.clockSkewSeconds ?? 30, 0, 300),
    maxTokenAgeSeconds: seconds(
      'maxTokenAgeSeconds',
      given.maxTokenAgeSeconds ?? DAY_SECONDS,
      1,
      365 * DAY_SECONDS,
    ),
    cacheSeconds: seconds('cacheSeconds', given.cacheSeconds ?? 30, 0, 300),
    keyMaxStaleSeconds: seconds('keyMaxStaleSeconds', given.keyMaxStaleSeconds ?? 3600, 0, 7 * DAY_SECONDS),
    dpop: oneOf('option oauth.dpop', given.dpop ?? false, [false, 'accept', 'require'] as const),
    serviceMembers: oneOf('option oauth.serviceMembers', given.serviceMembers ?? false, [
      true,
      false,
    ] as const),
    isRevoked: functionOrNull('option oauth.isRevoked', given.isRevoked),
    workspaceOf: functionOrNull('option oauth.workspaceOf', given.workspaceOf),
    resourceName: given.resourceName === undefined ? null : text('resourceName', given.resourceName),
    documentationUrl:
      given.documentationUrl === undefined ? null : webAddress('documentationUrl', given.documentationUrl),
    fetch: functionOrNull('option oauth.fetch', given.fetch) ?? ((url, init) => fetch(url, init)),
  })
}

function readIssuers(given: OAuthOptions['issuers']): Pick<OAuthConfig, 'issuersOf' | 'takesOpaque'> {
  if (typeof given === 'function')
    return {
      issuersOf: async (workspaceId) => readIssuerList(await given({ workspaceId })),
      takesOpaque: true,
    }
  const list = readIssuerList(typeof given === 'string' ? [{ issuer: given }] : given)
  return {
    issuersOf: () => list,
    takesOpaque: list.some(({ introspection }) => introspection !== null),
  }
}

/** Checked lists, by the list that the host gave. */
const checkedLists = new WeakMap<object, readonly CheckedIssuer[]>()

function readIssuerList(given: readonly OAuthIssuer[]): readonly CheckedIssuer[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new TypeError(
      'option oauth.issuers must be an issuer identifier, a list of { issuer, … }, or a function that gives such a list',
    )
  const frozen = Object.isFrozen(given)
  const known = frozen ? checkedLists.get(given) : undefined
  if (known !== undefined) return known
  const list = given.map((issuer: OAuthIssuer, i) => readIssuer(issuer, `option oauth.issuers[${i}]`))
  if (new Set(list.map(({ issuer }) => issuer)).size < list.length)
    throw new TypeError('option oauth.issuers names an issuer twice')
  if (list.filter(({ introspection }) => introspection !== null).length > 1)
    throw new TypeError(
      'option oauth.issuers: at most one may have introspection, since an opaque token names no issuer',
    )
  if (frozen) checkedLists.set(given, list)
  return list
}

function readIssuer(given: OAuthIssuer, where: string): CheckedIssuer {
  if (!isRecord(given)) throw new TypeError(`${where} must be an object { issuer, … }`)
  for (const key of Object.keys(given))
    if (!ISSUER_MEMBERS.includes(key))
      throw new TypeError(`${where} has the unknown member "${key}"; it takes ${ISSUER_MEMBERS.join(', ')}`)
  const {
    issuer,
    jwksUri,
    algorithms = DEFAULT_ALGORITHMS,
    tokenType = 'at+jwt',
    subjectClaim = 'sub',
    audience,
    introspection,
  } = given
  assertIdentifier(issuer, where)
  if (jwksUri !== undefined) fetchable(`${where}.jwksUri`, jwksUri)
  if (
    !Array.isArray(algorithms) ||
    algorithms.length === 0 ||
    !algorithms.every((name) => ASYMMETRIC.test(String(name)))
  )
    throw new TypeError(`${where}.algorithms must be a list of asymmetric algorithms, such as RS256 or ES256`)
  return Object.freeze({
    issuer,
    jwksUri: jwksUri ?? null,
    algorithms: [...algorithms],
    tokenType: oneOf(`${where}.tokenType`, tokenType, ['at+jwt', 'any'] as const),
    subjectClaim: oneOf(`${where}.subjectClaim`, subjectClaim, ['sub', 'oid', 'uid'] as const),
    scopesOf: readScopesOf(given.scopesOf, where),
    audience: audience === undefined ? null : readAudience(audience, `${where}.audience`),
    introspection: introspection === undefined ? null : readIntrospection(introspection, where),
  })
}

function assertIdentifier(issuer: unknown, where: string): void {
  const fits =
    typeof issuer === 'string' && URL.canParse(issuer) && isFetchable(new URL(issuer)) && !/[?#]/.test(issuer)
  if (!fits)
    throw new TypeError(
      `${where}.issuer must be an https URL without query and fragment, exactly as the server's metadata writes it (http only on this machine)`,
    )
}

function readScopesOf(given: OAuthIssuer['scopesOf'], where: string): CheckedIssuer['scopesOf'] {
  const read = functionOrNull(`${where}.scopesOf`, given)
  return read === null ? scopesOf : (claims) => readScopes(read(claims))
}

function readIntrospection(given: Introspection, where: string): Introspection {
  const fits =
    isRecord(given) &&
    [given.endpoint, given.clientId, given.clientSecret].every(
      (part) => typeof part === 'string' && part !== '',
    )
  if (!fits) throw new TypeError(`${where}.introspection must be { endpoint, clientId, clientSecret }`)
  fetchable(`${where}.introspection.endpoint`, given.endpoint)
  return Object.freeze({
    endpoint: given.endpoint,
    clientId: given.clientId,
    clientSecret: given.clientSecret,
  })
}

function readAudience(given: AudienceOption, where: string): AudienceOption {
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const isList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isText)
  const fits =
    isText(given) ||
    typeof given === 'function' ||
    isList(given) ||
    (isRecord(given) && Object.keys(given).length === 1 && isList(given['clientIds']))
  if (fits) return given
  throw new TypeError(
    `${where} must be a string, a list of strings, a function, or { clientIds: [...] }; it cannot be switched off`,
  )
}

function fetchable(where: string, given: unknown): void {
  if (typeof given !== 'string' || !URL.canParse(given) || !isFetchable(new URL(given)))
    throw new TypeError(`${where} must be an https URL (http only on this machine)`)
}

function webAddress(name: string, given: unknown): string {
  fetchable(`option oauth.${name}`, given)
  return String(given)
}

function oneOf<T>(name: string, given: T, allowed: readonly T[]): T {
  if (allowed.includes(given)) return given
  throw new TypeError(`${name} must be ${allowed.map((value) => JSON.stringify(value)).join(' or ')}`)
}

function seconds(name: string, given: unknown, least: number, most: number): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most) return given
  throw new TypeError(`option oauth.${name} must be a whole number of seconds from ${least} to ${most}`)
}

function text(name: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return given
  throw new TypeError(`option oauth.${name} must be a text that is not empty`)
}

function functionOrNull<T>(name: string, given: T | undefined): T | null {
  if (given === undefined) return null
  if (typeof given === 'function') return given
  throw new TypeError(`${name} must be a function`)
}
