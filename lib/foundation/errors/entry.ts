/** What the library says of one refusal or failure. */

export interface ErrorEntry {
  /** HTTP status where the whole request is refused, or where `wire` is `http`. */
  readonly status: number
  /** JSON-RPC error code. Spec codes where one exists, otherwise status * 100 + n: outside the reserved range. MCP 2026-07-28, basic, Error Codes. */
  readonly rpc: number
  /** How the MCP face answers: an HTTP refusal, a JSON-RPC error on 200, or a tool result with `isError`. */
  readonly wire: 'http' | 'rpc' | 'tool'
  /** One plain sentence: which gate refused, and what to do. It holds no data. */
  readonly message: string
}

export function entry(status: number, rpc: number, wire: ErrorEntry['wire'], message: string): ErrorEntry {
  return { status, rpc, wire, message }
}
