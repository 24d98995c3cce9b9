/** The types of an MCP method and of its input, the same for all eras. */

import type { ToolDefinition, ToolProgress } from '../../adapters/tools.js'
import type { WaitCapabilities } from '../../control-plane/input/capabilities.js'
import type { InputChannel } from '../../control-plane/input/request-input.js'
import type { Retry } from '../../control-plane/input/request-state.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { Cancellation } from '../../foundation/async/cancellation.js'
import type { Era } from '../jsonrpc/errors.js'
import type { WireObject } from './results.js'

/** The input of a method. */
export interface MethodCall {
  readonly runtime: Runtime
  readonly admitted: Admitted
  /** The params of the request, unchecked. */
  readonly params: Readonly<Record<string, unknown>>
  /** Cancelled when the client cancels the request; in 2026, when it disconnects. */
  readonly cancel: Cancellation
  /** Whether a cancellation means only that the connection is lost, so that the client may come back. */
  readonly mayReconnect: boolean
  /** Reports progress to the client. */
  readonly progress: (update: ToolProgress) => void
  /** The `Idempotency-Key` header. `_meta` may hold a key too. */
  readonly idempotencyKey: string | undefined
  /** How the client can be asked for input. */
  readonly inputChannel: InputChannel
  /** How the client can wait for an approval. */
  readonly waits: WaitCapabilities
  /** The sealed state and the input responses of this request; `null` if it is not a retry. */
  readonly retry: Retry | null
  /** A check of the era, made after the tool is found: in 2026, headers mirror arguments. */
  readonly checkTool: (tool: ToolDefinition, args: unknown) => void
}

/** One row of the table of methods. */
export interface Method {
  /** Runs the method. */
  readonly run: (call: MethodCall) => Promise<WireObject>
  /** Whether clients may cache the result. It carries cache hints in eras that have them. */
  readonly cacheable: boolean
  /**
   * Whether the method exists: the host must have the adapter. MCP 2025-11-25, basic/lifecycle: a method without a declared capability must
   * not be used.
   */
  readonly offered: (runtime: Runtime, era: Era) => boolean
}
