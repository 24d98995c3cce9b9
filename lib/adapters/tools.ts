/** The tools of the host app: what a member may see, and how a call is carried out. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Answered, Ask, InputRequest } from './input-requests.js'
import type { MemberContext } from './principal.js'

/** Behaviour hints for clients. Unset ones are sent with the pessimistic defaults of the specification. MCP 2025-11-25, server/tools. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

export interface ToolDefinition {
  /** Canonical name, 1 to 128 of `A-Z a-z 0-9 _ - .`, such as `deals.create`. Audit, approvals and the Agent API use it. */
  readonly name: string
  readonly title?: string
  readonly description: string
  /** JSON Schema (2020-12 unless `$schema` says draft-07) with root `type: "object"`. */
  readonly inputSchema: JsonObject
  /** JSON Schema of `structuredContent`, root `type: "object"`. Results are checked against it. */
  readonly outputSchema?: JsonObject
  readonly annotations?: ToolAnnotations
  /** All of these must be granted to the credential; otherwise the tool neither lists nor runs. Default: none. */
  readonly scopes?: readonly string[]
  /** Overrides the option `toolTimeoutMs` for this tool. Milliseconds. */
  readonly timeoutMs?: number
  /**
   * Whether a call that takes its time may be answered as a task (extension `io.modelcontextprotocol/tasks`, 2026-07-28) to clients that
   * declare it. `required`: clients that do not are refused. Default `forbidden`. Calls that wait for approval become tasks whatever this says.
   */
  readonly taskSupport?: 'forbidden' | 'optional' | 'required'
}

/** Content blocks of MCP. 2025-11-25, server/tools, Tool Result. */
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly type: 'resource_link'
      readonly uri: string
      readonly name: string
      readonly mimeType?: string
    }
  | {
      readonly type: 'resource'
      readonly resource: { readonly uri: string; readonly mimeType?: string } & (
        | { readonly text: string }
        | { readonly blob: string }
      )
    }

export interface ToolResult {
  /** Left out: the structured content as a JSON text block. */
  readonly content?: readonly ContentBlock[]
  readonly structuredContent?: JsonObject
  /** True: the tool ran and failed in a way the caller should read about; `content` says how. */
  readonly isError?: boolean
}

/** A progress report. `progress` must grow with each one; reports that do not are dropped. */
export interface ToolProgress {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

export interface ToolCall extends Answered {
  /** Canonical name. */
  readonly name: string
  /**
   * As they were approved and recorded: fit for the tool's input schema, and for a tool of `defineTool` read by its own schema. A copy of its
   * own. Pass this very object on to the `call` of such a tool: another object would be read once more.
   */
  readonly arguments: JsonObject
  readonly runId: string
  /** The approval under which this call runs, or `null` where none was needed. */
  readonly approvalId: string | null
  /** The caller's idempotency key, for hosts that hand it on to their own services. */
  readonly idempotencyKey: string | null
  /** Whether this client declared that it can be asked this. A question that it cannot be asked ends the call. */
  readonly canAsk: (request: InputRequest) => boolean
  /** Aborts on cancellation and when the time limit is reached. */
  readonly signal: AbortSignal
  /** Reports progress to a client that asked for it; otherwise does nothing. Never throws. */
  readonly progress: (update: ToolProgress) => void
}

/**
 * Promise: `list` gives, in a fixed order, the tools that this member may use, and only those; the same list decides what
 * may be called. `call` carries out one call and gives its result. What it throws is told to `onError` and answered with a
 * sentence that holds none of it; a failure that the caller should read is a result with `isError: true`. It may answer
 * `ask({ … })`, and is called again with the client's answers.
 */
export interface ToolsAdapter<Extra = unknown> {
  list(context: MemberContext<Extra>): Promise<readonly ToolDefinition[]>
  /** All tools that there are, whoever may use them. Nobody is shown any: the audit trail tells by it an unknown tool from a hidden one. */
  all?(): readonly ToolDefinition[]
  call(context: MemberContext<Extra>, call: ToolCall): Promise<ToolResult | Ask>
}
