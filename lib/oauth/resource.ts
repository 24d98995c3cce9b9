/** The identifier of a workspace's endpoint (RFC 8707), and the addresses of its metadata (RFC 9728, section 3.1). Built from `publicUrl` only. */

/** The addresses of one endpoint. */
export interface Resource {
  /** The workspace that the address names. `null`: the one endpoint for all; the token says which. */
  readonly workspaceId: string | null
  /** The endpoint, as clients must name it, byte for byte. */
  readonly resource: string
  /** Its metadata at the origin. */
  readonly atOrigin: string
  /** Its metadata below the endpoint, for proxies that forward only the mount point. */
  readonly atMount: string
}

/** The name of the document. */
export const METADATA_PATH = '/.well-known/oauth-protected-resource'

/** The endpoint of a workspace that takes tokens. `null` for the workspace: the one endpoint for all. */
export function resourceOf(
  publicUrl: URL,
  endpoint: 'separate' | 'same',
  workspaceId: string | null,
): Resource {
  const mount = publicUrl.pathname.replace(/\/+$/, '')
  const path = `${mount}${pathBelowMount(endpoint, workspaceId)}`
  return {
    workspaceId,
    resource: `${publicUrl.origin}${path}`,
    atOrigin: `${publicUrl.origin}${METADATA_PATH}${path}`,
    atMount: `${publicUrl.origin}${path}${METADATA_PATH}`,
  }
}

function pathBelowMount(endpoint: 'separate' | 'same', workspaceId: string | null): string {
  if (workspaceId === null) return '/mcp'
  const path = `/workspaces/${encodeURIComponent(workspaceId)}/mcp`
  return endpoint === 'same' ? path : `${path}/oauth`
}
