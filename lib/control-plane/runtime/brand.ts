/** Reads the option `brand`: the names that a host's users and their clients see. */

import { withoutNulls } from '../../foundation/json/host-values.js'

/**
 * The host's own names, where its users and their clients see them. Each member that is left out keeps its default.
 *
 * @example
 * const brand: BrandOptions = { realm: 'acme', headerPrefix: 'x-acme-', metaPrefix: 'com.acme/', memoryScheme: 'acme' }
 */
export interface BrandOptions {
  /** The realm that `WWW-Authenticate` names: 1 to 100 printable ASCII characters without `"` and `\`. Default `allv`. */
  readonly realm?: string
  /**
   * The prefix of the two headers that select the member. `x-acme-` makes them `x-acme-user-id` and `x-acme-user-email`. Lower case, with `-` at
   * the end and without `_`. With another prefix, the default headers are not read. `Authorization` and `x-api-key` keep their names. Default `x-allv-`.
   */
  readonly headerPrefix?: string
  /**
   * The prefix of the library's keys in `_meta`, in answers and for the idempotency key in requests: a domain name of the host in reverse order
   * and a slash, such as `com.acme/`. Default `ai.allv/`.
   */
  readonly metaPrefix?: string
  /**
   * The scheme of memory URIs. `acme` makes them `acme://workspaces/{workspaceId}/memory/{key}`. In lower case, without the colon. Only URIs of
   * this scheme are memory, and the host's own resources cannot use it. Default `allv`.
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

/** The default header prefix, which the messages of the error catalogue contain. */
export const DEFAULT_HEADER_PREFIX = 'x-allv-'

const KNOWN: readonly string[] = Object.keys({
  realm: true,
  headerPrefix: true,
  metaPrefix: true,
  memoryScheme: true,
} satisfies Record<keyof BrandOptions, true>)

/** Checks the option and fills in defaults. Throws a TypeError that names the mistake and the fix. */
export function readBrand(value: BrandOptions | undefined): Brand {
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value)))
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

/** Whether a URI or URI template has the memory scheme. */
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

/** Characters that need no escape in a quoted string. RFC 9110, section 5.6.4. */
const REALM = /^[ !#-[\]-~]{1,100}$/

function readRealm(value: unknown): string {
  if (typeof value !== 'string' || !REALM.test(value))
    throw new TypeError(
      'option brand.realm must be 1 to 100 printable ASCII characters without " and \\, such as "acme"',
    )
  return value
}

/** A token, the form of header names. RFC 9110, section 5.6.2. */
const HEADER_PREFIX = /^[a-z0-9!#$%&'*+.^_`|~-]{0,63}-$/
/** Prefixes of MCP headers, and of headers that browsers do not let pages send. */
const RESERVED_HEADERS = /^(?:mcp|sec|proxy)-/

function readHeaderPrefix(value: unknown): string {
  if (typeof value !== 'string' || !HEADER_PREFIX.test(value))
    throw new TypeError(
      'option brand.headerPrefix must be the beginning of a header name in lower case, at most 64 characters with "-" at the end, such as "x-acme-"',
    )
  if (value.includes('_'))
    throw new TypeError(
      'option brand.headerPrefix must not contain "_", for many proxies drop headers with it; write one such as "x-acme-"',
    )
  if (value.startsWith('access-control-'))
    throw new TypeError(
      'option brand.headerPrefix must not begin with "access-control-", for such headers are of CORS; write one such as "x-acme-"',
    )
  if (RESERVED_HEADERS.test(value))
    throw new TypeError(
      'option brand.headerPrefix must not begin with "mcp-", "sec-" or "proxy-", for such headers mean something else; write one such as "x-acme-"',
    )
  return value
}

/** Labels separated by dots, and a slash. MCP 2026-07-28, basic, _meta. */
const META_PREFIX = /^[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z](?:[a-z0-9-]*[a-z0-9])?)*\/$/i
const MCP_LABELS: readonly string[] = ['modelcontextprotocol', 'mcp']

function readMetaPrefix(value: unknown): string {
  if (typeof value !== 'string' || value.length > 100 || !META_PREFIX.test(value))
    throw new TypeError(
      'option brand.metaPrefix must be a domain name in reverse order with a slash at the end, at most 100 characters, such as "com.acme/"',
    )
  if (isReserved(value.slice(0, -1).toLowerCase().split('.')))
    throw new TypeError(
      `option brand.metaPrefix must not be a prefix that MCP reserves, with "${MCP_LABELS.join('" or "')}" in it; use one of your own, such as "com.acme/"`,
    )
  return value
}

/** MCP reserves these names: as the second label since 2025-11-25, as any label but the last in 2025-06-18. The library serves both. */
function isReserved(labels: readonly string[]): boolean {
  return labels.some((label, i) => MCP_LABELS.includes(label) && (i <= 1 || i < labels.length - 1))
}

/** RFC 3986, section 3.1. */
const SCHEME = /^[a-z][a-z0-9+.-]{0,63}$/
/** Schemes that clients open, run or handle specially. */
const RESERVED_SCHEMES: readonly string[] =
  'http https ws wss ftp file git ui data blob about javascript vbscript mailto'.split(' ')

function readMemoryScheme(value: unknown): string {
  if (typeof value !== 'string' || !SCHEME.test(value))
    throw new TypeError(
      'option brand.memoryScheme must be a URI scheme in lower case without the colon, at most 64 letters, digits, "+", "-" or ".", such as "acme"',
    )
  if (RESERVED_SCHEMES.includes(value))
    throw new TypeError(
      `option brand.memoryScheme must not be "${value}", which clients treat in their own way; write a scheme of your own, such as "acme"`,
    )
  return value
}
