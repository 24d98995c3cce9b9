/** The options of a server that takes access tokens, whose keys need no network. */

import type { AllvMcpOptions } from 'allv-mcp'
import type { InMemoryAdapters } from 'allv-mcp/testing'
import { ISSUER, MEMBERS, ORIGIN, subjectOf, WORKSPACE } from '../workload.js'

export function tokenOptions(
  members: InMemoryAdapters['members'],
  jwk: unknown,
  mount: string,
): Pick<AllvMcpOptions, 'oauth' | 'publicUrl' | 'secret'> {
  for (let i = 0; i < MEMBERS; i += 1)
    members.link({ workspaceId: WORKSPACE, issuer: ISSUER, subject: subjectOf(i), memberId: `mem_${i}` })
  return {
    publicUrl: `${ORIGIN}${mount}`,
    secret: 'a secret that only the bench has',
    oauth: {
      issuers: [{ issuer: ISSUER, jwksUri: `${ISSUER}/jwks` }],
      scopes: { everything: { grants: ['memory:read', 'memory:write', 'crm:*'], default: true } },
      fetch: async () => Response.json({ keys: [jwk] }),
    },
  }
}
