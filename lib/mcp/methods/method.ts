/** What a method is, and what it is called with: the same for all eras. */

import type { ToolDefinition, ToolProgress } from '../../adapters/tools.js'
import type { WaitCapabilities } from '../../control-plane/input/capabilities.js'
import type { InputChannel } from '../../control-plane/input/request-input.js'
import type { Retry } from '../../control-plane/input/request-state.js'
import type { Admitted } from '../../control-plane/request/stages.js'
import type { Runtime } from '../../control-plane/runtime/runtime.js'
import type { Cancellation } from '../../foundation/async/cancellation.js'
import type { Era } from '../jsonrpc/errors.js'
import type { WireObject } from './results.js'

export interface MethodCall {
  readonly runtime: Runtime
  readonly admitted: Admitted
  readonly params: Readonly<Record<string, unknown>>
  readonly cancel: Cancellation
  /** True: that says no more than that the connection is gone. */
  readonly mayReconnect: boolean
  readonly progress: (update: ToolProgress) => void
  /** From the `Idempotency-Key` header; `_meta` may hold one too. */
  readonly idempotencyKey: string | undefined
  readonly inputChannel: InputChannel
  readonly waits: WaitCapabilities
  /** The sealed state and the answers that this request brings. */
  readonly retry: Retry | null
  /** What an era still checks once the tool is known to be visible: 2026 has headers that mirror arguments. */
  readonly checkTool: (tool: ToolDefinition, args: unknown) => void
}

export interface Method {
  readonly run: (call: MethodCall) => Promise<WireObject>
  /** Clients may keep the result for a while: it carries cache hints where the era has them. */
  readonly cacheable: boolean
  /** Offered only where the host brought the adapter. MCP 2025-11-25, basic/lifecycle: an undeclared method is not found. */
  readonly offered: (runtime: Runtime, era: Era) => boolean
}
