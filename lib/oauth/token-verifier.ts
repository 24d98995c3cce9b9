/** Decides whether an access token is good for a workspace's endpoint, and what it grants. */

import { LRUCache } from 'lru-cache'
import { digestText } from '../foundation/crypto/digest.js'
import type { AccessToken, TokenUse, Verification, VerifiedToken } from './access-token.js'
import { isForUs } from './audience.js'
import { createKeyKeeper, type KeyKeeper } from './keys/key-keeper.js'
import type { CheckedIssuer, OAuthConfig } from './options/oauth-config.js'
import type { TokenClaims } from './options/oauth-options.js'
import { rulesIdOf } from './options/rules-id.js'
import { boundKeyOf, endOf, idsOf, issuedAtOf, type TokenIds } from './tokens/claims.js'
import { createProofChecker, type ProofChecker } from './tokens/dpop.js'
import { introspect } from './tokens/introspect.js'
import { isTokenText, readJwt } from './tokens/jwt-header.js'
import { TokenRefused } from './tokens/refusal.js'
import { type TokenTimes, verifyJwt } from './tokens/verify-jwt.js'

/** Verifies tokens. Rejects with an OAuthOutage if there is no verdict. */
export interface TokenVerifier {
  verify(token: AccessToken, use: TokenUse): Promise<Verification>
  /** The keys and the metadata of an authorization server. */
  keeperOf(issuer: CheckedIssuer): KeyKeeper
}

/** Claims whose signature or activity was checked a moment ago. */
interface Checked {
  readonly claims: TokenClaims
  /** Between which times the check counts, in milliseconds since 1970: a clock that is set back makes no check count longer. */
  readonly from: number
  readonly until: number
}

/** The claims, and the server as the workspace describes it that the request came to. */
interface CheckedHere {
  readonly issuer: CheckedIssuer
  readonly claims: TokenClaims
}

/** The issuer that a token names. It is not verified. */
interface NamedIssuer {
  readonly isOpaque: boolean
  /** The `iss` of a JWT; `undefined` for an opaque token, which names none. */
  readonly issuer: unknown
}

function issuerNamedIn(token: string): NamedIssuer {
  const jwt = readJwt(token)
  return { isOpaque: jwt === null, issuer: jwt?.claims['iss'] }
}

const MOST_TOKENS = 5_000
const MOST_ISSUERS = 1_000
const REFRESH_MS = 5 * 60_000
const COOLDOWN_MS = 10_000
const INACTIVE_MS = 5_000

/** Makes the verifier. `now`: milliseconds since 1970. It fetches nothing yet. */
export function createTokenVerifier(config: OAuthConfig, now: () => number = Date.now): TokenVerifier {
  return new Verifier(config, now)
}

class Verifier implements TokenVerifier {
  readonly #config: OAuthConfig
  readonly #now: () => number
  readonly #keepers = new LRUCache<string, KeyKeeper>({ max: MOST_ISSUERS })
  /** Replaced when keys change: a check that was under way then writes into the former one. */
  #tokens = new LRUCache<string, Checked>({ max: MOST_TOKENS })
  /** Of tokens that were good, by their digest, so that these are not parsed again. */
  readonly #named = new LRUCache<string, NamedIssuer>({ max: MOST_TOKENS })
  /** When unknown opaque tokens were asked for. */
  readonly #inactive = new LRUCache<string, number>({ max: MOST_TOKENS })
  readonly #verified = new WeakMap<AccessToken, VerifiedToken>()
  readonly #proofs: ProofChecker
  readonly #times: TokenTimes

  constructor(config: OAuthConfig, now: () => number) {
    this.#config = config
    this.#now = now
    this.#proofs = createProofChecker(now)
    this.#times = { ...config, now }
  }

  async verify(presented: AccessToken, use: TokenUse): Promise<Verification> {
    try {
      return { token: await this.#accept(presented, use) }
    } catch (error) {
      if (error instanceof TokenRefused) return { refused: error.reason }
      throw error
    }
  }

  keeperOf(checked: CheckedIssuer): KeyKeeper {
    const id = rulesIdOf(checked)
    const known = this.#keepers.get(id)
    if (known !== undefined) return known
    const { fetch } = this.#config
    const staleMs = this.#config.keyMaxStaleSeconds * 1000
    const made = createKeyKeeper({
      issuer: checked.issuer,
      jwksUri: checked.jwksUri,
      fetch,
      times: { refreshMs: REFRESH_MS, staleMs, cooldownMs: COOLDOWN_MS, now: this.#now },
      changed: () => {
        this.#tokens = new LRUCache({ max: MOST_TOKENS })
      },
    })
    this.#keepers.set(id, made)
    return made
  }

  async #accept(presented: AccessToken, { resource, again }: TokenUse): Promise<VerifiedToken> {
    const { audience, scopes, serviceMembers, workspaceOf, issuersOf } = this.#config
    const token = presented.reveal()
    const before = again ? this.#verified.get(presented) : undefined
    if (!isTokenText(token)) throw new TokenRefused('malformed')
    const issuers = await issuersOf(resource.workspaceId ?? '')
    const { issuer: checked, claims } = await this.#checkAgain(before, token, issuers)
    const ids = idsOf(claims, checked)
    const workspaceId = resource.workspaceId ?? (await workspaceOf?.(claims)) ?? null
    const issuer = resource.workspaceId === null ? await this.#issuerOf(workspaceId, checked) : checked
    const place = { workspaceId: workspaceId ?? '', resource: resource.resource }
    if (!isForUs(claims, ids.clientId, issuer.audience ?? audience, place)) throw new TokenRefused('audience')
    if (ids.kind === 'client' && !serviceMembers) throw new TokenRefused('service')
    if (before === undefined) await this.#assertBound(presented, token, claims)
    await this.#assertNotRevoked(issuer.issuer, ids, claims)
    const tokenScopes = scopes.known(issuer.scopesOf(claims))
    const good: VerifiedToken = {
      issuer: issuer.issuer,
      ...ids,
      workspaceId,
      tokenScopes,
      scopes: scopes.granted(tokenScopes),
      expiresAt: new Date(endOf(claims)),
      claims,
    }
    this.#verified.set(presented, good)
    return good
  }

  /** A token that ended while its request waited was good when it came. Its issuer must still be one of the workspace. */
  async #checkAgain(
    before: VerifiedToken | undefined,
    token: string,
    issuers: readonly CheckedIssuer[],
  ): Promise<CheckedHere> {
    if (before === undefined || before.expiresAt.getTime() > this.#now()) return this.#check(token, issuers)
    const issuer = issuers.find((one) => one.issuer === before.issuer)
    if (issuer === undefined) throw new TokenRefused('issuer')
    return { issuer, claims: before.claims }
  }

  /** The claims of a token: its signature, type and times were checked. Nothing of this depends on the workspace. */
  async #check(token: string, issuers: readonly CheckedIssuer[]): Promise<CheckedHere> {
    const digest = digestText(token)
    const named = this.#named.get(digest) ?? issuerNamedIn(token)
    const { isOpaque } = named
    const issuer = issuers.find((one) =>
      isOpaque ? one.introspection !== null : one.issuer === named.issuer,
    )
    if (issuer === undefined) throw new TokenRefused(isOpaque ? 'malformed' : 'issuer')
    const id = `${rulesIdOf(issuer)} ${digest}`
    const [tokens, known] = [this.#tokens, this.#tokens.get(id)]
    if (known !== undefined && this.#counts(known)) return { issuer, claims: known.claims }
    const claims = isOpaque
      ? await this.#introspect(id, token, issuer)
      : await verifyJwt(token, readJwt(token), {
          issuer,
          keeper: this.keeperOf(issuer),
          times: this.#times,
        })
    const { cacheSeconds } = this.#config
    const from = this.#now()
    const until = Math.min(endOf(claims), from + cacheSeconds * 1000)
    if (cacheSeconds > 0) {
      tokens.set(id, { claims, from, until })
      this.#named.set(digest, named)
    }
    return { issuer, claims }
  }

  #counts({ from, until }: Checked): boolean {
    const now = this.#now()
    return from <= now && now < until
  }

  async #introspect(id: string, token: string, issuer: CheckedIssuer): Promise<TokenClaims> {
    const refusedAt = this.#inactive.get(id)
    if (refusedAt !== undefined && Math.abs(this.#now() - refusedAt) < INACTIVE_MS)
      throw new TokenRefused('inactive')
    try {
      return await introspect(token, { issuer, fetch: this.#config.fetch, times: this.#times })
    } catch (error) {
      if (error instanceof TokenRefused && error.reason === 'inactive') this.#inactive.set(id, this.#now())
      throw error
    }
  }

  /**
   * At the one address for all workspaces: the server as the workspace of the token trusts it, with the rules of that workspace. A server that the
   * workspace does not trust, or whose tokens it checks in another way, must not name it.
   */
  async #issuerOf(workspaceId: string | null, checked: CheckedIssuer): Promise<CheckedIssuer> {
    if (workspaceId === null) return checked
    const issuers = await this.#config.issuersOf(workspaceId)
    const own = issuers.find((one) => rulesIdOf(one) === rulesIdOf(checked))
    if (own === undefined) throw new TokenRefused('issuer')
    return own
  }

  /** RFC 9449, section 7. A token that is bound to a key is worth nothing without a proof of it. */
  async #assertBound({ scheme, request }: AccessToken, token: string, claims: TokenClaims): Promise<void> {
    const { dpop } = this.#config
    const thumbprint = boundKeyOf(claims)
    if (thumbprint === null) {
      if (dpop === 'require') throw new TokenRefused('dpop_missing')
      if (scheme === 'dpop') throw new TokenRefused('binding')
      return
    }
    if (dpop === false) throw new TokenRefused('binding')
    if (scheme !== 'dpop' || request === null) throw new TokenRefused('dpop_missing')
    await this.#proofs.check(request, token, thumbprint)
  }

  async #assertNotRevoked(
    issuer: string,
    { subject, clientId }: TokenIds,
    claims: TokenClaims,
  ): Promise<void> {
    const { isRevoked } = this.#config
    if (isRevoked === null) return
    const tokenId = typeof claims['jti'] === 'string' ? claims['jti'] : null
    const revoked: unknown = await isRevoked({
      issuer,
      subject,
      clientId,
      tokenId,
      issuedAt: issuedAtOf(claims),
    })
    if (revoked !== false) throw new TokenRefused('revoked')
  }
}
