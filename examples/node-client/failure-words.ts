/** One sentence for whatever went wrong, with what to do about it. */

import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const CURES: ReadonlyMap<string, string> = new Map([
  [
    'UNAUTHENTICATED',
    'the host does not know this key. Give both commands the same ALLV_DEMO_FOLDER and ALLV_DEMO_API_KEY, and restart the host after a change',
  ],
  [
    'MEMBER_NOT_ALLOWED',
    'the host does not let this member in. Unset ALLV_MEMBER_EMAIL, or set it to an active member such as maria@acme.test',
  ],
])

export function failureWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = /"code":"([A-Z_]+)"/.exec(error.message)?.[1]
  const cure = code === undefined ? undefined : CURES.get(code)
  if (error instanceof StreamableHTTPError && cure !== undefined) return `${cure} (${code})`
  return error.message === 'fetch failed' ? 'the host has gone away; run "npm start" again' : error.message
}
