/** Options of a host with OAuth, for tests that send no token: nothing is fetched. */

import type { OAuthOptions } from 'allv-mcp'

/** What the control plane needs beside adapters. `over` replaces members of the option `oauth`. */
export function withOAuth(over: Readonly<Record<string, unknown>> = {}) {
  const oauth: OAuthOptions = {
    issuers: 'https://id.example.com',
    scopes: { 'crm.read': { grants: ['deals:read'], default: true } },
    ...over,
  }
  return { oauth, publicUrl: 'https://agent.example.com/api', secret: 'a secret of at least 32 characters' }
}
