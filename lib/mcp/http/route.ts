/** Finds the endpoint in a path below the mount point. Matched by hand: a malformed escape must not reach the host's error page. */

interface Target {
  /** Host and port that an absolute target names; `null` for a target that is a path, as nearly all are. */
  readonly authority: string | null
}

export type Route =
  | (Target & { readonly kind: 'endpoint'; readonly workspaceId: string })
  /** Below the endpoint, or not decodable: ours to refuse. */
  | (Target & { readonly kind: 'nowhere' })
  | null

/** RFC 9112, section 3.2.2: a server takes the absolute form that clients send to proxies. Express leaves it in `req.url`. */
const ABSOLUTE = /^https?:\/\/([^/?#@]+)(?=\/)/i
const PATH = /^\/workspaces\/([^/?#]+)\/mcp(\/[^?#]*)?(?:[?#].*)?$/i

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
