/** The option `brand`: names that the users of a host meet, checked once and written out in full. */

import { withoutNulls } from '../../foundation/json/host-values.js'

/** Names of the host's own, where its users and their clients meet them. Each one left out keeps its default. */
export interface BrandOptions {
  /** The realm that `WWW-Authenticate` names: 1 to 100 printable ASCII characters without `"` and `\`. Default `allv`. */
  readonly realm?: string
  /**
   * Begins the two headers that choose the member: `x-acme-` makes them `x-acme-user-id` and `x-acme-user-email`. Lower case, with `-` at the
   * end. Only these two are read then: a request that chooses its member in the default headers has chosen none. `Authorization` and
   * `x-api-key` keep their names. Default `x-allv-`.
   */
  readonly headerPrefix?: string
  /**
   * Begins the library's keys in `_meta`, of answers and of the idempotency key in requests: `com.acme/`. A domain name of the host in reverse
   * order, and a slash. Default `ai.allv/`.
   */
  readonly metaPrefix?: string
  /**
   * The scheme of memory addresses: `acme` makes them `acme://workspaces/{workspaceId}/memory/{key}`. In lower case, without the colon. Only
   * this scheme is memory then, and resources of the host's own cannot have it. Default `allv`.
   */
  readonly memoryScheme?: string
}

/** The library's keys in `_meta`, prefix included. */
export interface MetaKeys {
  /** The error code of a result. */
  readonly code: string
  /** The id of the run. */
  readonly runId: string
  /** The correlation id of the request that ran the tool. */
  readonly correlationId: string
  /** The approval that a call waits for. */
  readonly approval: string
  /** The id of the approval under which a call ran. */
  readonly approvalId: string
  /** The run whose outcome is sent again. */
  readonly replayOf: string
  /** The revision of a memory entry. */
  readonly revision: string
  /** The idempotency key. It is read from requests and not sent. */
  readonly idempotencyKey: string
}

/** The option `brand`, checked and complete. */
export interface Brand {
  /** The realm of `WWW-Authenticate`. */
  readonly realm: string
  /** The beginning of both member headers, in lower case. */
  readonly headerPrefix: string
  /** The names of both member headers, in lower case. */
  readonly memberHeaders: { readonly id: string; readonly email: string }
  /** The library's keys in `_meta`. */
  readonly meta: MetaKeys
  /** The scheme of memory URIs, without the colon. */
  readonly memoryScheme: string
}

/** The header prefix of a host without a brand, which the errors of the catalogue name. */
export const DEFAULT_HEADER_PREFIX = 'x-allv-'

const KNOWN: readonly string[] = Object.keys({
  realm: true,
  headerPrefix: true,
  metaPrefix: true,
  memoryScheme: true,
} satisfies Record<keyof BrandOptions, true>)

/** Throws a TypeError that names the mistake and the cure. */
export function readBrand(value: BrandOptions | undefined): Brand {
  if (value !== undefined && (typeof value !== 'object' || value === null))
    throw new TypeError(`option brand must be an object { ${KNOWN.map((key) => `${key}?`).join(', ')} }`)
  const given: BrandOptions = withoutNulls(value ?? {})
  for (const key of Object.keys(given)) {
    if (!KNOWN.includes(key))
      throw new TypeError(`unknown option "brand.${key}"; the options of brand are ${KNOWN.join(', ')}`)
  }
  const headerPrefix = readHeaderPrefix(given.headerPrefix ?? DEFAULT_HEADER_PREFIX)
  return Object.freeze({
    realm: readRealm(given.realm ?? 'allv'),
    headerPrefix,
    memberHeaders: Object.freeze({ id: `${headerPrefix}user-id`, email: `${headerPrefix}user-email` }),
    meta: metaKeys(readMetaPrefix(given.metaPrefix ?? 'ai.allv/')),
    memoryScheme: readMemoryScheme(given.memoryScheme ?? 'allv'),
  })
}

/** Whether a URI or URI template has the scheme of memory. */
export function isMemoryUri({ memoryScheme }: Brand, uri: string): boolean {
  const { length } = memoryScheme
  return uri[length] === ':' && uri.slice(0, length).toLowerCase() === memoryScheme
}

function metaKeys(prefix: string): MetaKeys {
  return Object.freeze({
    code: `${prefix}code`,
    runId: `${prefix}runId`,
    correlationId: `${prefix}correlationId`,
    approval: `${prefix}approval`,
    approvalId: `${prefix}approvalId`,
    replayOf: `${prefix}replayOf`,
    revision: `${prefix}revision`,
    idempotencyKey: `${prefix}idempotencyKey`,
  })
}

/** RFC 9110, section 5.6.4: what stands between quotes as it is. */
const REALM = /^[ !#-[\]-~]{1,100}$/

function readRealm(value: unknown): string {
  if (typeof value !== 'string' || !REALM.test(value))
    throw new TypeError(
      'option brand.realm must be 1 to 100 printable ASCII characters without " and \\, such as "acme"',
    )
  return value
}

/** RFC 9110, section 5.6.2: a token, which is the form of a header's name. */
const HEADER_PREFIX = /^[a-z0-9!#$%&'*+.^_`|~-]{0,63}-$/
/** Headers of MCP itself, and those that browsers let no page send. */
const TAKEN_HEADERS = /^(?:mcp|sec|proxy)-/

function readHeaderPrefix(value: unknown): string {
  if (typeof value !== 'string' || !HEADER_PREFIX.test(value))
    throw new TypeError(
      'option brand.headerPrefix must be the beginning of a header name in lower case, at most 64 characters with "-" at the end, such as "x-acme-"',
    )
  if (TAKEN_HEADERS.test(value))
    throw new TypeError(
      'option brand.headerPrefix must not begin with "mcp-", "sec-" or "proxy-", for such headers mean something else; write one such as "x-acme-"',
    )
  return value
}

/** MCP 2026-07-28, basic, _meta: labels with dots in between, and a slash. */
const META_PREFIX = /^[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z](?:[a-z0-9-]*[a-z0-9])?)*\/$/i
const MCP_LABELS: readonly string[] = ['modelcontextprotocol', 'mcp']

function readMetaPrefix(value: unknown): string {
  if (typeof value !== 'string' || value.length > 100 || !META_PREFIX.test(value))
    throw new TypeError(
      'option brand.metaPrefix must be a domain name in reverse order with a slash at the end, at most 100 characters, such as "com.acme/"',
    )
  if (isReserved(value.slice(0, -1).toLowerCase().split('.')))
    throw new TypeError(
      `option brand.metaPrefix must not be one of those that MCP keeps for itself, with "${MCP_LABELS.join('" or "')}" in it; write one of your own, such as "com.acme/"`,
    )
  return value
}

/** The second label, by the revisions since 2025-11-25; any but the last, by 2025-06-18. Both are served. */
function isReserved(labels: readonly string[]): boolean {
  return labels.some((label, i) => MCP_LABELS.includes(label) && (i <= 1 || i < labels.length - 1))
}

/** RFC 3986, section 3.1. */
const SCHEME = /^[a-z][a-z0-9+.-]{0,63}$/
/** Schemes that clients open, run or treat in a special way. */
const TAKEN_SCHEMES: readonly string[] =
  'http https ws wss ftp file git data blob about javascript vbscript mailto'.split(' ')

function readMemoryScheme(value: unknown): string {
  if (typeof value !== 'string' || !SCHEME.test(value))
    throw new TypeError(
      'option brand.memoryScheme must be a URI scheme in lower case without the colon, at most 64 letters, digits, "+", "-" or ".", such as "acme"',
    )
  if (TAKEN_SCHEMES.includes(value))
    throw new TypeError(
      `option brand.memoryScheme must not be "${value}", which clients treat in their own way; write a scheme of your own, such as "acme"`,
    )
  return value
}
