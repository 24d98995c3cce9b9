/** The messages between the bench and the load process: the job and its result. */

export interface Job {
  readonly port: number
  /** Complete HTTP requests, sent in turn. */
  readonly requests: readonly string[]
  readonly connections: number
  readonly ms: number
  /** Ends the job earlier after this many responses. */
  readonly most: number
  /** Requests per second, sent also if earlier ones have no response yet. `null`: each connection sends the next request after a response. */
  readonly rate: number | null
}

export interface Found {
  readonly answers: number
  /** Responses without a result: another status, an error, or a tool result with `isError`. */
  readonly failures: number
  /** The first response without a result. */
  readonly firstFailure: string | null
  readonly ms: number
  /** Milliseconds from the time a request was due to its response. */
  readonly median: number
  readonly p99: number
  readonly longest: number
  /** The same for each full second alone. */
  readonly seconds: readonly Waits[]
}

export interface Waits {
  readonly median: number
  readonly p99: number
}
