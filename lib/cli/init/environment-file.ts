/** Writes the `.env` of a new app, with secrets of its own. */

import { randomBytes } from 'node:crypto'
import { generateApiKey } from '../../foundation/crypto/api-key.js'

/** Its text. Each call makes other secrets. */
export function environmentFile(): string {
  return `# The secrets of this copy of the app. Do not commit this file.
PORT=3000
# Encrypts what clients carry between requests. All nodes of one app need the same.
ALLV_MCP_SECRET=${randomBytes(32).toString('base64url')}
# The key of the first member. Clients send it as x-api-key.
ALLV_API_KEY=${generateApiKey({ mode: 'test' }).key}
# Opens the approvals page, with the name operator.
OPERATOR_PASSWORD=${randomBytes(12).toString('base64url')}
`
}
