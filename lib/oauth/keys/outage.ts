/** The error for everything that is wrong on the way to an authorization server. It is never reported as a bad token. */

/** An authorization server, its keys or its introspection endpoint cannot be used now. The request is answered with 503. */
export class OAuthOutage extends Error {
  override readonly name = 'OAuthOutage'
}

/** The messages of an error and of its causes. They are the library's own and those of `fetch`, and hold addresses only. */
export function outageText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(outageText).join('; ')
  if (!(error instanceof Error)) return 'unknown'
  return error.cause === undefined ? error.message : `${error.message} (${outageText(error.cause)})`
}
