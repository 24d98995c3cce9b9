/** What has been proved about a tool call so far. Each step takes one of these types and gives the next, so a skipped step does not compile. */

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

export interface CallInput {
  /** The tool as the caller named it. */
  readonly name: string
  /** Finds the named tool among those the caller may use; a face may know tools by further names. */
  readonly find: (tools: readonly ToolDefinition[]) => ToolDefinition | undefined
  /** As they were sent. After validation nobody looks at them. */
  readonly arguments: unknown
  readonly idempotencyKey: string | null
  /** How the client can be asked. */
  readonly inputChannel: InputChannel
  /** How the caller can wait for a person. */
  readonly waits: WaitCapabilities
  /** The round before, when this call brings answers. */
  readonly retry: Retry | null
  /** Set while the call may be, or is, answered as a task. */
  readonly task: TaskHandle | null
  /** Whether the caller took the call back. */
  readonly cancel: Cancellation
  /** True: that only says that the connection is gone, and whoever has an idempotency key may come back. */
  readonly mayReconnect: boolean
  readonly progress: (update: ToolProgress) => void
}

export interface TaskHandle {
  /** The run that the caller polls. */
  readonly taskId: string
  /** Whether the caller holds the handle already. If not, the answer goes out directly: from then on no handle is given. */
  isGiven(): boolean
  /** How often its tool has asked so far. */
  readonly step: number
}

export interface Authorized {
  readonly admitted: Admitted
  /** That of `admitted`. */
  readonly context: MemberContext
  readonly input: CallInput
  readonly tool: ToolDefinition
  /** Built-in tools are served by the library itself. */
  readonly builtIn: boolean
}

export interface Validated extends Authorized {
  /** As they are bound: what the schema made of what was sent. */
  readonly arguments: JsonObject
  readonly argumentsDigest: string
  /** The same, with how the host's code is given them. */
  readonly bound: BoundArguments
}

export interface Resumed extends Validated {
  /** The opened state of the request before this one, `null` in a first request. */
  readonly round: OpenedRequestState | null
}

export interface Begun extends Resumed {
  readonly run: RunRef
}

export interface Approved extends Begun {
  /** After a wait: with the member as they were when permission was asked again. */
  readonly admitted: Admitted
  readonly grant: Grant
  /** What the tool is given of the round before. */
  readonly answered: Answered
  /** Asks for permission once more, for a tool that runs on after its client has answered. */
  readonly recheck: Recheck
}

export interface RunRef {
  readonly id: string
  readonly startedAt: Date
  /** The approval that an earlier attempt of this very run waits for, when this call continues it. */
  readonly resumes: string | null
}

export interface Grant {
  /** Consumed by this run, or `null` where none was needed. */
  readonly approvalId: string | null
  /** The run that consumed it: an earlier one when this is a later round. */
  readonly consumedBy: string | null
}
