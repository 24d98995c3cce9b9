/** What a newcomer pastes to connect. */

export interface Connection {
  /** `http://127.0.0.1:3000/api/workspaces/ws_acme/mcp` */
  readonly endpoint: string
  readonly apiKey: string
  readonly memberEmail: string
}

/** In place of the key, Cursor reads this environment variable: for an `mcp.json` that goes into a repository. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is Cursor's own syntax, and stays as it is
export const CURSOR_KEY_FROM_ENV = '${env:ALLV_API_KEY}'

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
  return `curl ${endpoint} -H "Authorization: Bearer ${apiKey}" -H "x-allv-user-email: ${memberEmail}" -H "content-type: application/json" -d '${body}'`
}
