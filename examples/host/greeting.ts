/** What a newcomer needs, ready to paste. */

import {
  type Connection,
  CURSOR_KEY_FROM_ENV,
  claudeCommand,
  curlCommand,
  cursorConfig,
} from './client-config.js'
import type { KeptSecrets } from './kept-secrets.js'

export interface Greeted extends Pick<KeptSecrets, 'keys' | 'operatorPassword' | 'memberPassword'> {
  readonly origin: string
  /** Where the data is. */
  readonly place: string
}

export function greeting({ origin, keys, operatorPassword, memberPassword, place }: Greeted): string {
  const acme: Connection = {
    endpoint: `${origin}/api/workspaces/ws_acme/mcp`,
    apiKey: keys.ws_acme,
    memberEmail: 'maria@acme.test',
  }
  return `
Sales workspace at ${origin} (data in ${place}; begin anew with "npm start -- --fresh")

  Acme        ${acme.endpoint}
    key       ${keys.ws_acme}
    members   ada@acme.test (admin), maria@acme.test, omar@acme.test
  Globex      ${origin}/api/workspaces/ws_globex/mcp
    key       ${keys.ws_globex}
    members   grace@globex.test (admin), lin@globex.test
  Approvals   ${origin}/approvals
    operator  operator / ${operatorPassword} (decides what members may not decide alone)
    members   maria@acme.test or another member / ${memberPassword} (see their own, and confirm changes of company/ memory)

Cursor, in .cursor/mcp.json:
${cursorConfig(acme)}
In a file that others see, write "Bearer ${CURSOR_KEY_FROM_ENV}" in place of the key.

Claude Code:
${claudeCommand(acme)}

curl:
${curlCommand(acme)}

Now run "npm run example:client" in a second shell.
`
}
