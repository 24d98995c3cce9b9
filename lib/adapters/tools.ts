/** The adapter for the host's tools: lists the tools of a member, and runs calls. */

import type { JsonObject } from '../foundation/json/json.js'
import type { Answered, Ask, InputRequest } from './input-requests.js'
import type { MemberContext } from './principal.js'

/** Hints about a tool's behaviour, for clients. A hint that is left out is sent with the default of the specification. MCP 2025-11-25, server/tools. */
export interface ToolAnnotations {
  /** The tool changes nothing. Default `false`. */
  readonly readOnlyHint?: boolean
  /** The tool may delete or overwrite data. Default `true`. */
  readonly destructiveHint?: boolean
  /** A second call with the same arguments changes nothing more. Default `false`. */
  readonly idempotentHint?: boolean
  /** The tool reaches systems outside of the host app. Default `true`. */
  readonly openWorldHint?: boolean
}

/** A tool, as it is listed. */
export interface ToolDefinition {
  /** The canonical name, 1 to 128 of `A-Z a-z 0-9 _ - .`, such as `deals.create`. Audit events, approvals and the Agent API use it. */
  readonly name: string
  /** A name for people. Default: clients show `name`. */
  readonly title?: string
  /** What the tool does and when to use it, for the model. */
  readonly description: string
  /** The JSON Schema of the arguments, with root `type: "object"`. Dialect 2020-12, unless `$schema` names draft-07. */
  readonly inputSchema: JsonObject
  /** The JSON Schema of `structuredContent`, with root `type: "object"`. Results are validated by it. Default: none. */
  readonly outputSchema?: JsonObject
  /** Hints for clients. The library does not use them for decisions. Default: none. */
  readonly annotations?: ToolAnnotations
  /** Scopes that the tool requires. If one is not granted to the credential, the tool is neither listed nor run. Default: none. */
  readonly scopes?: readonly string[]
  /** Time limit of a call in milliseconds. Default: the option `toolTimeoutMs`. */
  readonly timeoutMs?: number
  /**
   * Whether a long call may be answered as a task (extension `io.modelcontextprotocol/tasks`, MCP 2026-07-28) to clients that declare the
   * extension. `required`: other clients are refused. Default `forbidden`. A call that waits for an approval can become a task with any value.
   */
  readonly taskSupport?: 'forbidden' | 'optional' | 'required'
}

/** A content block of MCP. MCP 2025-11-25, server/tools, Tool Result. */
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
      /** The bytes, in base64. */
      readonly data: string
      /** The MIME type, such as `image/png`. */
      readonly mimeType: string
    }
  | {
      /** A resource that the client may read. */
      readonly type: 'resource_link'
      /** The URI. */
      readonly uri: string
      /** A name for programs. */
      readonly name: string
      /** The MIME type. Default: not sent. */
      readonly mimeType?: string
    }
  | {
      /** A resource with its contents. */
      readonly type: 'resource'
      /** The contents, as in a result of `resources/read`. */
      readonly resource: {
        /** The URI. */
        readonly uri: string
        /** The MIME type. Default: not sent. */
        readonly mimeType?: string
      } & (
        | {
            /** The whole text. */
            readonly text: string
          }
        | {
            /** The bytes, in base64. */
            readonly blob: string
          }
      )
    }

/** The result of a tool. */
export interface ToolResult {
  /** The content blocks. Default: one text block with the structured content as JSON, if there is any. */
  readonly content?: readonly ContentBlock[]
  /** Data that is valid by `outputSchema`. Default: none. */
  readonly structuredContent?: JsonObject
  /** `true`: the tool ran and failed, and `content` tells the caller why. Default `false`. */
  readonly isError?: boolean
}

/** A progress report. `progress` must increase with each report; other reports are dropped. */
export interface ToolProgress {
  /** How much is done. */
  readonly progress: number
  /** The value of `progress` at the end. Default: not known. */
  readonly total?: number
  /** What the tool is doing, for people. Default: none. */
  readonly message?: string
}

/** A call of a tool. */
export interface ToolCall extends Answered {
  /** The canonical name of the tool. */
  readonly name: string
  /**
   * The arguments as they were approved and recorded. They are valid by the tool's input schema; for a tool of `defineTool` they are parsed by its
   * own schema. This is a copy. Pass this same object to the `call` of such a tool, because another object would be parsed again.
   */
  readonly arguments: JsonObject
  /** The id of the run of this call. */
  readonly runId: string
  /** The id of the approval under which this call runs. `null`: it needed none. */
  readonly approvalId: string | null
  /** The caller's idempotency key, which a host can pass to its own services. `null`: the caller gave none. */
  readonly idempotencyKey: string | null
  /** Whether this client declared the capability for an input request. A call that asks without it ends with CLIENT_CAPABILITY_REQUIRED. */
  readonly canAsk: (request: InputRequest) => boolean
  /** Aborts when the call is cancelled or its time limit is reached. */
  readonly signal: AbortSignal
  /** Reports progress, if the client asked for it. Never throws. */
  readonly progress: (update: ToolProgress) => void
}

/**
 * Lists and runs the host's tools. `Extra`: see `Member`.
 *
 * @example
 * // To change one method and keep the rest, with the approval rules: spread a provider.
 * const own: ToolsAdapter = { ...tools, list: async (context) => (context.member.roles ? tools.list(context) : []) }
 */
export interface ToolsAdapter<Extra = unknown> {
  /**
   * Lists only the tools that this member may use, in a fixed order. The same list decides which tools can be called. The library caches what it
   * computes from a list, if the list and its definitions are frozen.
   */
  list(context: MemberContext<Extra>): Promise<readonly ToolDefinition[]>
  /**
   * All tools of the host, for any member. Callers never see this list. With it, audit events can tell an unknown tool from one that the member may
   * not use.
   */
  all?(): readonly ToolDefinition[]
  /**
   * Runs one call. If it throws or rejects, `onError` gets the error, and the caller gets a message without its text. Return a result with
   * `isError: true` for a failure that the caller should read. It may return `ask({ … })`, and is then called again with the client's answers.
   */
  call(context: MemberContext<Extra>, call: ToolCall): Promise<ToolResult | Ask>
}
