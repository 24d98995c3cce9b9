/** The adapter that looks up API keys by their digest. Adapters never get the key itself. */

/** A stored API key. The library does not read `name`, `createdAt` and fields that are not listed here. */
export interface ApiKeyRecord {
  /** Stable id of the key, not the key itself. It is the `credentialId` in runs, approvals and audit events. */
  readonly id: string
  /** The one workspace that the key gives access to. */
  readonly workspaceId: string
  /** A name for people, such as `Cursor of Maria`. Not read by the library. */
  readonly name?: string
  /** Granted scopes. `*` grants all; `memory:*` grants every scope that begins with `memory:`. */
  readonly scopes: readonly string[]
  /**
   * The ids of the members that the key may act for, or `'any'` for all members of the workspace. With a list of one id, requests need no member
   * header.
   */
  readonly members: 'any' | readonly string[]
  /** When the key was made. Not read by the library. */
  readonly createdAt?: Date
  /** When the key expires. `null`: never. */
  readonly expiresAt: Date | null
  /** When the key is revoked. `null`: it is not. A past date refuses the next request. A future date keeps the key valid until then. */
  readonly revokedAt: Date | null
  /**
   * Whether the key is valid now, by the clock of the store that wrote `expiresAt` and `revokedAt`. If given, it alone decides, so a wrong
   * clock on a node has no effect. If left out, the two dates are compared with the clock of the node, and a node whose clock is slow accepts a
   * revoked key for longer. A store on another machine should give it.
   */
  readonly valid?: boolean
  /**
   * The stored digest of the key. If given, it is compared with the digest of the presented key in constant time. So a key that an inexact look-up
   * finds (for example with a case-insensitive collation) is refused.
   */
  readonly digest?: string
}

/**
 * Looks up API keys. If a method rejects, the request is answered with 503, and never with 401 as for an invalid key.
 *
 * @example
 * const apiKeys: ApiKeysAdapter = {
 *   findByDigest: ({ digest }) => db.find<ApiKeyRecord>('api_keys', { digest }),
 * }
 */
export interface ApiKeysAdapter {
  /**
   * Finds the key whose SHA-256 digest (64 lower-case hex digits, see `digestApiKey`) is exactly `digest`, also if it is revoked or expired.
   * `null`: there is none. It must read current data, so that a revocation has effect from the next request on.
   */
  findByDigest(query: { readonly digest: string }): Promise<ApiKeyRecord | null>
}
