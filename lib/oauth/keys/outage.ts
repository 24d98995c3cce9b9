/** The error for everything that is wrong on the way to an authorization server. It is never reported as a bad token. */

/** An authorization server, its keys or its introspection endpoint cannot be used now. The request is answered with 503. */
export class OAuthOutage extends Error {
  override readonly name = 'OAuthOutage'
}
