/** The type of a rate limiter that a host can give in place of the library's own. */

/** The part of a `rate-limiter-flexible` limiter that the library uses. */
export interface RateLimiter {
  /** The number of points that a key has in each window. Refused callers are told it. */
  readonly points: number
  /**
   * Takes points of a key. Resolves with the state of the key. Above the limit it rejects with that state, which is not an Error; in an outage it
   * rejects with an Error.
   */
  consume(key: string, points?: number): Promise<unknown>
}
