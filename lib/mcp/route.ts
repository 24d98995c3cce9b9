/** Finds the endpoint in a path below the mount point. Matched by hand: a malformed escape must not reach the host's error page. */

export type Route =
  | { readonly kind: 'endpoint'; readonly workspaceId: string }
  /** Below the endpoint, or not decodable: ours to refuse. */
  | { readonly kind: 'nowhere' }
  | null

const PATH = /^\/workspaces\/([^/?#]+)\/mcp(\/[^?#]*)?(?:[?#].*)?$/i

export function matchRoute(url: string): Route {
  const match = PATH.exec(url)
  if (match === null) return null
  const [, workspace = '', rest = ''] = match
  if (rest !== '' && rest !== '/') return { kind: 'nowhere' }
  try {
    return { kind: 'endpoint', workspaceId: decodeURIComponent(workspace) }
  } catch {
    return { kind: 'nowhere' }
  }
}
