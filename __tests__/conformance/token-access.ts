/** Access for the suites by an access token: its authorization server, which is reached through `fetch` only, and the token. */

import type { OAuthOptions } from 'allv-mcp'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface TokenAccess {
  readonly issuer: string
  readonly subject: string
  readonly oauth: OAuthOptions
  tokenFor(resource: string): Promise<string>
}

export async function createTokenAccess(): Promise<TokenAccess> {
  const [issuer, subject] = ['https://id.conformance.test', 'sub_suite']
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'key_1', alg: 'ES256', use: 'sig' }]
  return {
    issuer,
    subject,
    oauth: {
      issuers: [{ issuer, jwksUri: `${issuer}/jwks` }],
      scopes: { all: { grants: ['*'], default: true } },
      fetch: async () => Response.json({ keys }),
    },
    tokenFor: (resource) =>
      new SignJWT({ client_id: 'suite', scope: 'all' })
        .setProtectedHeader({ alg: 'ES256', kid: 'key_1', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(resource)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  }
}
