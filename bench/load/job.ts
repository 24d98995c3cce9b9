/** What the bench asks of the load process, and what that process found. */

export interface Job {
  readonly port: number
  /** Whole HTTP requests, sent in turn. */
  readonly requests: readonly string[]
  readonly connections: number
  readonly ms: number
  /** Ends earlier once so many have been answered. */
  readonly most: number
  /** Requests a second, whether or not earlier ones are answered yet; `null` sends the next when the last is answered. */
  readonly rate: number | null
}

export interface Found {
  readonly answers: number
  /** Answers that are no result: another status, an error, a tool that says it failed. */
  readonly failures: number
  /** The first answer that was no result. */
  readonly firstFailure: string | null
  readonly ms: number
  /** Milliseconds from when a request was due to its answer. */
  readonly median: number
  readonly p99: number
  readonly longest: number
  /** The same for each whole second by itself. */
  readonly seconds: readonly Waits[]
}

export interface Waits {
  readonly median: number
  readonly p99: number
}
