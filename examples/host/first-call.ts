/** The first call of a newcomer, as the terminal and the home page show it. */

/** The key as a shell reads it, so that a page can show the command without the key. */
export const KEY_VARIABLE = 'ALLV_API_KEY'

export interface FirstCall {
  /** Such as `http://127.0.0.1:3000/api/workspaces/ws_acme/mcp`. */
  readonly endpoint: string
  /** Such as `x-allv-user-email`. */
  readonly memberHeader: string
  readonly memberEmail: string
}

/** Calls a tool that needs no approval. */
export function curlCommand({ endpoint, memberHeader, memberEmail }: FirstCall): string {
  const params = { name: 'deals_search', arguments: { query: 'magnet' } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  return `curl ${endpoint} \\
  -H "Authorization: Bearer $${KEY_VARIABLE}" -H "${memberHeader}: ${memberEmail}" \\
  -H "content-type: application/json" \\
  -d '${body}'`
}
