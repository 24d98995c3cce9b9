/** Who counts requests, where the host brings its own limiter. */

/** What the library needs of a `rate-limiter-flexible` instance. */
export interface RateLimiter {
  /** How many points a key has in each window. Told to callers that are refused. */
  readonly points: number
  /** Resolves with the state of the key, or rejects: with that state (no Error) above the limit, with an Error on an outage. */
  consume(key: string, points?: number): Promise<unknown>
}
