/** The option `oauth` of the host: what it believes of the authorization server. */

import type { OAuthOptions } from 'allv-mcp'
import { WORKSPACE_CLAIM } from './provider.js'
import { createIsRevoked } from './revocations.js'
import { TOKEN_SCOPES } from './scopes.js'
import type { RecordsOf } from './stored-records.js'

export function createHostOAuth(issuer: string, records: RecordsOf): OAuthOptions {
  return {
    issuers: issuer,
    scopes: TOKEN_SCOPES,
    resourceName: 'Sales workspace',
    isRevoked: createIsRevoked(records),
    // For the address that names no workspace: the one that the person chose on the consent page.
    workspaceOf: ({ [WORKSPACE_CLAIM]: workspace }) => (typeof workspace === 'string' ? workspace : null),
  }
}
