/** The tools of the host app: what a member may see, and how a call is carried out. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Answered, Ask, InputRequest } from './input-requests.js'
import type { MemberContext } from './principal.js'

/** Behaviour hints for clients. Unset ones are sent with the pessimistic defaults of the specification. MCP 2025-11-25, server/tools. */
export interface ToolAnnotations {
  /** It changes nothing. Default `false`. */
  readonly readOnlyHint?: boolean
  /** It may destroy what there is. Default `true`. */
  readonly destructiveHint?: boolean
  /** A second call with the same arguments changes nothing more. Default `false`. */
  readonly idempotentHint?: boolean
  /** It reaches beyond the host app. Default `true`. */
  readonly openWorldHint?: boolean
}

/** A tool, as clients list it. */
export interface ToolDefinition {
  /** Canonical name, 1 to 128 of `A-Z a-z 0-9 _ - .`, such as `deals.create`. Audit, approvals and the Agent API use it. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What it does and when to use it, for the model. */
  readonly description: string
  /** JSON Schema (2020-12 unless `$schema` says draft-07) with root `type: "object"`. */
  readonly inputSchema: JsonObject
  /** JSON Schema of `structuredContent`, root `type: "object"`. Results are checked against it. */
  readonly outputSchema?: JsonObject
  /** Hints for clients. The library decides nothing by them. Default: none. */
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
  | {
      /** A text. */
      readonly type: 'text'
      /** The text itself. */
      readonly text: string
    }
  | {
      /** An image or a sound. */
      readonly type: 'image' | 'audio'
      /** The bytes, in Base64. */
      readonly data: string
      /** Such as `image/png`. */
      readonly mimeType: string
    }
  | {
      /** A resource that the client may read. */
      readonly type: 'resource_link'
      /** Its URI. */
      readonly uri: string
      /** Its name for programs. */
      readonly name: string
      /** Default: not said. */
      readonly mimeType?: string
    }
  | {
      /** A resource with its contents. */
      readonly type: 'resource'
      /** The contents, as `resources/read` gives them. */
      readonly resource: {
        /** Its URI. */
        readonly uri: string
        /** Default: not said. */
        readonly mimeType?: string
      } & (
        | {
            /** The whole text. */
            readonly text: string
          }
        | {
            /** The bytes, in Base64. */
            readonly blob: string
          }
      )
    }

/** What a tool answers. */
export interface ToolResult {
  /** Left out: the structured content as a JSON text block. */
  readonly content?: readonly ContentBlock[]
  /** Data that fits `outputSchema`. Default: none. */
  readonly structuredContent?: JsonObject
  /** True: the tool ran and failed in a way the caller should read about; `content` says how. */
  readonly isError?: boolean
}

/** A progress report. `progress` must grow with each one; reports that do not are dropped. */
export interface ToolProgress {
  /** How far it is. */
  readonly progress: number
  /** Where it ends. Default: not known. */
  readonly total?: number
  /** What it is doing, for people. Default: none. */
  readonly message?: string
}

/** One call of a tool. */
export interface ToolCall extends Answered {
  /** Canonical name. */
  readonly name: string
  /**
   * As they were approved and recorded: fit for the tool's input schema, and for a tool of `defineTool` read by its own schema. A copy of its
   * own. Pass this very object on to the `call` of such a tool: another object would be read once more.
   */
  readonly arguments: JsonObject
  /** The run of this call. */
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

/** The tools of the host. */
export interface ToolsAdapter<Extra = unknown> {
  /**
   * The tools that this member may use, and only those, in a fixed order. The same list decides what may be called. A frozen list of
   * frozen definitions is worked out once.
   */
  list(context: MemberContext<Extra>): Promise<readonly ToolDefinition[]>
  /** All tools that there are, whoever may use them. Nobody is shown any: the audit trail tells by it an unknown tool from a hidden one. */
  all?(): readonly ToolDefinition[]
  /**
   * Carries out one call. What it throws is told to `onError`, and answered with a sentence that holds none of it; a failure that the
   * caller should read is a result with `isError: true`. It may answer `ask({ … })`, and is called again with the answers of the client.
   */
  call(context: MemberContext<Extra>, call: ToolCall): Promise<ToolResult | Ask>
}
