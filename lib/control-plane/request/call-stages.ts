/** The stages of a tool call. Each step takes one of these types and returns the next, so a skipped step does not compile. */

import type { Answered } from '../../adapters/input-requests.js'
import type { MemberContext } from '../../adapters/principal.js'
import type { ToolDefinition, ToolProgress } from '../../adapters/tools.js'
import type { Cancellation } from '../../foundation/async/cancellation.js'
import type { BoundArguments } from '../../foundation/json/arguments-reader.js'
import type { JsonObject } from '../../foundation/json/json.js'
import type { WaitCapabilities } from '../input/capabilities.js'
import type { InputChannel } from '../input/request-input.js'
import type { OpenedRequestState, Retry } from '../input/request-state.js'
import type { Recheck } from './objection.js'
import type { Admitted } from './stages.js'

/** A tool call as its face read it. */
export interface CallInput {
  /** The tool as the caller named it. */
  readonly name: string
  /** Finds the named tool among those that the caller may use. MCP clients may know a tool by a portable name. */
  readonly find: (tools: readonly ToolDefinition[]) => ToolDefinition | undefined
  /** The arguments as they were sent. They are not used after validation. */
  readonly arguments: unknown
  /** The caller's idempotency key; `null` for none. */
  readonly idempotencyKey: string | null
  /** How the tool can ask the client. */
  readonly inputChannel: InputChannel
  /** How the caller can wait for a decision. */
  readonly waits: WaitCapabilities
  /** The request state and responses that this call brings; `null` in a first request. */
  readonly retry: Retry | null
  /** Set when the call is answered as a task, or may be. */
  readonly task: TaskHandle | null
  /** Whether the caller has cancelled the call. */
  readonly cancel: Cancellation
  /** True: `cancel` means only that the connection ended, and the client may send the call again with its idempotency key. */
  readonly mayReconnect: boolean
  /** Sends progress to the caller. */
  readonly progress: (update: ToolProgress) => void
}

/** The task of a call. */
export interface TaskHandle {
  /** Id of the run that the caller polls. */
  readonly taskId: string
  /** Whether the caller has received the handle. After `false` the call is answered directly, and no handle is sent any more. */
  isGiven(): boolean
  /** How often the tool has asked so far. */
  readonly step: number
}

/** The caller may use the tool. */
export interface Authorized {
  /** The request, admitted. */
  readonly admitted: Admitted
  /** The context of `admitted`. */
  readonly context: MemberContext
  /** The call as its face read it. */
  readonly input: CallInput
  /** The tool that the call names. */
  readonly tool: ToolDefinition
  /** Whether the library itself serves the tool. */
  readonly builtIn: boolean
}

/** The arguments fit the tool's schema. */
export interface Validated extends Authorized {
  /** The arguments as the schema returned them. Approvals and idempotency keys are bound to them. */
  readonly arguments: JsonObject
  /** Digest of `arguments`. */
  readonly argumentsDigest: string
  /** The arguments, and how the tool receives them. */
  readonly bound: BoundArguments
}

/** The request state of a retry has been opened. */
export interface Resumed extends Validated {
  /** The opened request state; `null` in a first request. */
  readonly round: OpenedRequestState | null
}

/** The run of the call has begun. */
export interface Begun extends Resumed {
  /** The run. */
  readonly run: RunRef
}

/** The call may be executed. */
export interface Approved extends Begun {
  /** The request as it was admitted last: again, after a wait. */
  readonly admitted: Admitted
  /** The approval that the run consumed, if one was needed. */
  readonly grant: Grant
  /** The responses and the state that the tool receives. */
  readonly answered: Answered
  /** Checks permission again, for a tool that continues after its client has answered. */
  readonly recheck: Recheck
}

/** The run of a call. */
export interface RunRef {
  /** Id of the run. */
  readonly id: string
  /** When the run began. */
  readonly startedAt: Date
  /** The approval that an earlier attempt of this run waits for, when this call continues it; otherwise `null`. */
  readonly resumes: string | null
}

/** The permission to execute a call. */
export interface Grant {
  /** The approval that was consumed; `null` when none was needed. */
  readonly approvalId: string | null
  /** The run that consumed it, which in a retry is an earlier run; `null` when none was needed. */
  readonly consumedBy: string | null
}
