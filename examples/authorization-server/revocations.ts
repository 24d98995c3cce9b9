/** Which access tokens were revoked. They are not stored here, so it is remembered of which grant each is, and which grants have ended. */

import type Provider from 'oidc-provider'
import type { RecordsOf } from './stored-records.js'

const ISSUED = 'IssuedToken'
const REVOKED = 'RevokedGrant'

/** The host accepts a token for as long as clocks may be apart after its end: at most this. */
const MOST_CLOCK_SKEW_SECONDS = 300

/** A client that gives its refresh token back has signed out: its access tokens end at once, and not only with their time. */
export function rememberRevocations(
  provider: Provider,
  records: RecordsOf,
  accessTokenSeconds: number,
): void {
  const remember = (kind: string, id: string, grantId: string) => {
    records(kind)
      .upsert(id, { grantId }, accessTokenSeconds + MOST_CLOCK_SKEW_SECONDS)
      .catch((error: unknown) => console.error(error))
  }
  provider.on('access_token.issued', ({ jti, grantId }) => {
    if (grantId !== undefined) remember(ISSUED, jti, grantId)
  })
  provider.on('grant.revoked', (_ctx, grantId) => remember(REVOKED, grantId, grantId))
}

/** For the option `oauth.isRevoked` of the host. */
export function createIsRevoked(records: RecordsOf) {
  return async function isRevoked({ tokenId }: { readonly tokenId: string | null }): Promise<boolean> {
    const issued = tokenId === null ? undefined : await records(ISSUED).find(tokenId)
    if (issued?.grantId === undefined) return false
    return (await records(REVOKED).find(issued.grantId)) !== undefined
  }
}
