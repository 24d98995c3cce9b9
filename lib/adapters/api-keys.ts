/** Looks up workspace API keys by digest. The raw key never reaches an adapter. */

/** What a store must know of a key. `name`, `createdAt` and further members are the host's own: the library does not read them. */
export interface ApiKeyRecord {
  /** Stable id of the key, not the key itself: runs, approvals and audit events name the credential by it. */
  readonly id: string
  /** The one workspace that the key opens. */
  readonly workspaceId: string
  /** For people, such as `Cursor of Maria`. Not read by the library. */
  readonly name?: string
  /** Granted scopes. `*` grants all; `memory:*` grants every scope that begins with `memory:`. */
  readonly scopes: readonly string[]
  /** `'any'` member of the workspace, or the ids of the members this key may act for. A list of one needs no member header. */
  readonly members: 'any' | readonly string[]
  /** For people. Not read by the library. */
  readonly createdAt?: Date
  /** `null`: does not expire. */
  readonly expiresAt: Date | null
  /** `null`: not revoked. A date in the past ends the key with its next request; one in the future is an overlap window. */
  readonly revokedAt: Date | null
  /**
   * Whether the key is good now, by the clock of the store that wrote `expiresAt` and `revokedAt`. When given, it alone decides, so that a
   * node whose clock is wrong neither lets an ended key in nor keeps a good one out. Left out: the clock of the node decides by the two
   * dates, and a revocation counts late on a node that is slow. A store of another machine should give it.
   */
  readonly valid?: boolean
  /** When given, it is compared with the presented key's digest in constant time: a look-up that is not exact (a case-folding collation, say) fails closed. */
  readonly digest?: string
}

/** Looks up API keys. A rejection means an outage and is answered 503; it is never reported as a bad key. */
export interface ApiKeysAdapter {
  /**
   * The key whose SHA-256 digest (64 lower-case hex digits, see `digestApiKey`) is exactly `digest`, revoked and expired ones included.
   * `null`: there is none. Reads current data: a revocation counts from the next request on.
   */
  findByDigest(query: { readonly digest: string }): Promise<ApiKeyRecord | null>
}
