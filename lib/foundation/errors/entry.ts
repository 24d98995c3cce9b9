/** One row of the error table. */

/** How one error is sent. */
export interface ErrorEntry {
  /** HTTP status. Used if `wire` is `http`, or if the whole request is refused. */
  readonly status: number
  /**
   * JSON-RPC error code: the code of the spec if it has one, otherwise status * 100 + n, which is outside the reserved range. MCP
   * 2026-07-28, basic, Error Codes.
   */
  readonly rpc: number
  /** How the MCP endpoint sends it: as an HTTP error, as a JSON-RPC error with status 200, or as a tool result with `isError`. */
  readonly wire: 'http' | 'rpc' | 'tool'
  /** One plain sentence: which check refused the request, and what the caller can do. It holds no data. */
  readonly message: string
}

/** Makes one row of the table. */
export function entry(status: number, rpc: number, wire: ErrorEntry['wire'], message: string): ErrorEntry {
  return { status, rpc, wire, message }
}
