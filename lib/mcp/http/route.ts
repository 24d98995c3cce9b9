/** Finds the endpoint in a path below the mount point. It uses no Express route, which would pass a malformed escape to the host's error page. */

import type { OAuthConfig } from '../../oauth/options/oauth-config.js'
import { METADATA_PATH } from '../../oauth/resource.js'

interface Target {
  /** Host and port of an absolute request target; `null` if the target is a path, as nearly all are. */
  readonly authority: string | null
}

/** An address that is served. */
interface Place extends Target {
  /** `endpoint`: MCP. `metadata`: the protected resource metadata of an endpoint that takes access tokens. */
  readonly kind: 'endpoint' | 'metadata'
  /** What is accepted there. Endpoints for tokens take keys too. */
  readonly takes: 'keys' | 'tokens'
  /** The workspace that the address names. `null`: the endpoint for all workspaces, where the token names it. */
  readonly workspaceId: string | null
}

/** Where a request target leads. `null`: to the host's next handler. */
export type Route =
  | Place
  /** A path below the endpoint, or one that cannot be decoded. The router refuses it. */
  | (Target & { readonly kind: 'nowhere' })
  | null

/** Which addresses exist beside the endpoint for keys. `null`: none. */
export type TokenAddresses = Pick<OAuthConfig, 'endpoint' | 'workspaceOf'> | null

/** RFC 9112, section 3.2.2: a server must accept the absolute form. Express leaves it in `req.url`. */
const ABSOLUTE = /^https?:\/\/([^/?#@]+)(?=\/)/i
const PATH = /^\/workspaces\/([^/?#]+)\/mcp(\/[^?#]*)?(?:[?#].*)?$/i
const PATH_FOR_ALL = /^\/mcp(\/[^?#]*)?(?:[?#].*)?$/i

/** The route of `req.url`. */
export function matchRoute(url: string, tokens: TokenAddresses = null): Route {
  const { path, authority } = splitTarget(url)
  const match = PATH.exec(path)
  if (match !== null) return workspaceRoute(match, authority, tokens)
  const forAll = tokens === null || tokens.workspaceOf === null ? null : PATH_FOR_ALL.exec(path)
  if (forAll === null) return null
  const kind = kindOf(forAll[1] ?? '', '')
  return kind === null
    ? { kind: 'nowhere', authority }
    : { kind, takes: 'tokens', workspaceId: null, authority }
}

/** The path of a request target with what follows it, and the host and port that an absolute one names. */
export function splitTarget(url: string): Target & { readonly path: string } {
  const absolute = url.startsWith('/') ? null : ABSOLUTE.exec(url)
  return absolute === null
    ? { path: url, authority: null }
    : { path: url.slice(absolute[0].length), authority: absolute[1] ?? null }
}

function workspaceRoute(
  [, workspace = '', rest = '']: readonly (string | undefined)[],
  authority: string | null,
  tokens: TokenAddresses,
): Route {
  const isForKeys = (rest === '' || rest === '/') && tokens?.endpoint !== 'same'
  const kind = isForKeys
    ? 'endpoint'
    : tokens === null
      ? null
      : kindOf(rest, tokens.endpoint === 'same' ? '' : '/oauth')
  if (kind === null) return { kind: 'nowhere', authority }
  try {
    const workspaceId = decodeURIComponent(workspace)
    return { kind, takes: isForKeys ? 'keys' : 'tokens', workspaceId, authority }
  } catch {
    return { kind: 'nowhere', authority }
  }
}

/** What is at `rest` of an endpoint whose path ends with `end`. */
function kindOf(rest: string, end: string): Place['kind'] | null {
  const path = rest.toLowerCase()
  if (path === end || path === `${end}/`) return 'endpoint'
  return path === `${end}${METADATA_PATH}` ? 'metadata' : null
}
