/** What `npm start` prints: addresses, key, sign-in, and a first call to paste. */

import { curlCommand, KEY_VARIABLE } from './first-call.js'
import type { KeptSecrets } from './kept-secrets.js'

export interface Greeted extends Pick<KeptSecrets, 'keys' | 'operatorPassword' | 'memberPassword'> {
  readonly origin: string
  /** Where the data is. */
  readonly place: string
}

const MEMBER = 'maria@acme.test'

export function greeting({ origin, keys, operatorPassword, memberPassword, place }: Greeted): string {
  const endpoint = `${origin}/api/workspaces/ws_acme/mcp`
  const curl = curlCommand({ endpoint, memberHeader: 'x-allv-user-email', memberEmail: MEMBER })
  return `
The sales app runs. Open ${origin} to connect Cursor, VS Code, Claude Code and others.

  Endpoint   ${endpoint}
  Key        ${keys.ws_acme}
  Member     ${MEMBER}, or another one of the home page
  Approvals  ${origin}/approvals
             sign in as operator / ${operatorPassword}, or as a member / ${memberPassword}
  Data       ${place}

Call a tool, from a second terminal:

export ${KEY_VARIABLE}=${keys.ws_acme}
${curl}

Then, in this folder: npm run example:client
Settings, and how to begin anew: npm start -- --help
`
}
