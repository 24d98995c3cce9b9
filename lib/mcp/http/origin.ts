/** Checks the `Origin` header of each request, before all other checks. MCP 2025-11-25, basic/transports, Security Warning. */

import type { Config } from '../../control-plane/runtime/config.js'
import { isLoopback } from '../../foundation/text/loopback.js'
import type { Head } from './headers.js'
import type { IdentityHeaders } from './identity-headers.js'
import { singleValue } from './single-value.js'

const ALLOWED_HEADERS = ['Authorization', 'Content-Type', 'Accept', 'X-Api-Key']
const FURTHER_HEADERS = [
  'Idempotency-Key',
  'Mcp-Protocol-Version',
  'Mcp-Session-Id',
  'Mcp-Method',
  'Mcp-Name',
  'Last-Event-ID',
  'Traceparent',
  'Tracestate',
]
const EXPOSED_HEADERS =
  'WWW-Authenticate, Mcp-Session-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset'

/** The result of the origin check. */
export interface OriginVerdict {
  /** Whether the request may go on. */
  readonly allowed: boolean
  /** CORS response headers, with which a page of an allowed origin can read the response. */
  readonly headers: Readonly<Record<string, string>>
}

const NO_CORS: OriginVerdict = Object.freeze({ allowed: true, headers: {} })

/**
 * `authority` is the host of an absolute request target, `null` without one. It must match too, since it overrules `Host`: RFC 9112,
 * section 3.2.2.
 */
export function checkOrigin(config: Config, head: Head, authority: string | null): OriginVerdict {
  if (head.headers.origin === undefined) return NO_CORS
  const origin = singleValue(head, 'origin') ?? ''
  if (config.allowedOrigins.has(origin)) {
    return {
      allowed: true,
      headers: {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': EXPOSED_HEADERS,
      },
    }
  }
  const own =
    config.publicUrl === null
      ? isSameLoopback(origin, head.headers.host) && (authority === null || isSameLoopback(origin, authority))
      : origin === config.publicUrl.origin
  return own ? NO_CORS : { allowed: false, headers: {} }
}

/**
 * Response headers for a CORS preflight. Of the requested headers they allow up to 32 that begin with `Mcp-Param-`. `takesProofs`: whether tokens
 * may come with a DPoP proof.
 */
export function preflightHeaders(
  { forPreflight }: IdentityHeaders,
  { headers, takesProofs }: Pick<Head, 'headers'> & { readonly takesProofs: boolean },
): Readonly<Record<string, string>> {
  const asked = headers['access-control-request-headers'] ?? ''
  const params = asked
    .split(',')
    .flatMap((name) => (/^mcp-param-[a-z0-9-]{1,64}$/i.test(name.trim()) ? [name.trim()] : []))
  return {
    Allow: 'POST, OPTIONS',
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': [
      ...ALLOWED_HEADERS,
      ...forPreflight,
      ...FURTHER_HEADERS,
      ...(takesProofs ? ['DPoP'] : []),
      ...params.slice(0, 32),
    ].join(', '),
    'Access-Control-Max-Age': '600',
  }
}

/** A page on a loopback address may call a server on the same address. Any other page could be DNS rebinding. */
function isSameLoopback(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.host === host.toLowerCase() && isLoopback(url.hostname) && url.origin === origin
}
