/** Finds the endpoint in a path below the mount point. It uses no Express route, which would pass a malformed escape to the host's error page. */

interface Target {
  /** Host and port of an absolute request target; `null` if the target is a path, as nearly all are. */
  readonly authority: string | null
}

/** Where a request target leads. `null`: to the host's next handler. */
export type Route =
  | (Target & { readonly kind: 'endpoint'; readonly workspaceId: string })
  /** A path below the endpoint, or one that cannot be decoded. The router refuses it. */
  | (Target & { readonly kind: 'nowhere' })
  | null

/** RFC 9112, section 3.2.2: a server must accept the absolute form. Express leaves it in `req.url`. */
const ABSOLUTE = /^https?:\/\/([^/?#@]+)(?=\/)/i
const PATH = /^\/workspaces\/([^/?#]+)\/mcp(\/[^?#]*)?(?:[?#].*)?$/i

/** The route of `req.url`. */
export function matchRoute(url: string): Route {
  const absolute = url.startsWith('/') ? null : ABSOLUTE.exec(url)
  const match = PATH.exec(absolute === null ? url : url.slice(absolute[0].length))
  if (match === null) return null
  const authority = absolute?.[1] ?? null
  const [, workspace = '', rest = ''] = match
  if (rest !== '' && rest !== '/') return { kind: 'nowhere', authority }
  try {
    return { kind: 'endpoint', workspaceId: decodeURIComponent(workspace), authority }
  } catch {
    return { kind: 'nowhere', authority }
  }
}
