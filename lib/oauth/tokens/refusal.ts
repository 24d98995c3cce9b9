/** Why a token is refused. The caller learns that it is bad and no more; the operator reads the reason in the audit log. */

/** Why a token is refused. */
export type TokenRefusal =
  | 'malformed'
  | 'issuer'
  | 'algorithm'
  | 'type'
  | 'signature'
  | 'unknown_key'
  | 'expired'
  | 'not_yet_valid'
  | 'too_old'
  | 'claims'
  | 'audience'
  | 'inactive'
  | 'revoked'
  | 'service'
  | 'binding'
  | 'dpop_missing'
  | 'dpop_proof'
  | 'dpop_replay'

/** The token is bad, for this reason. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  /** For the audit log. */
  readonly reason: TokenRefusal

  constructor(reason: TokenRefusal, cause?: unknown) {
    super(`the token is refused: ${reason}`, cause === undefined ? undefined : { cause })
    this.reason = reason
  }
}
