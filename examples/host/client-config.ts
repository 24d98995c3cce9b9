/** What a newcomer pastes to connect. */

export interface Connection {
  /** `http://127.0.0.1:3000/api/workspaces/ws_acme/mcp` */
  readonly endpoint: string
  readonly apiKey: string
  readonly memberEmail: string
}

/** For `.cursor/mcp.json`. */
export function cursorConfig({ endpoint, apiKey, memberEmail }: Connection): string {
  const headers = { Authorization: `Bearer ${apiKey}`, 'x-allv-user-email': memberEmail }
  return JSON.stringify({ mcpServers: { sales: { url: endpoint, headers } } }, null, 2)
}

/** `--header` takes everything that follows, so the headers come last. */
export function claudeCommand({ endpoint, apiKey, memberEmail }: Connection): string {
  return `claude mcp add --transport http sales ${endpoint} --header "Authorization: Bearer ${apiKey}" --header "x-allv-user-email: ${memberEmail}"`
}

export function curlCommand({ endpoint, apiKey, memberEmail }: Connection): string {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  return `curl ${endpoint} -H "x-api-key: ${apiKey}" -H "x-allv-user-email: ${memberEmail}" -H "content-type: application/json" -d '${body}'`
}
