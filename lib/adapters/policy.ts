/** The host's approval policy: it says of each call whether it may run, and whose approval it needs first. */

import type { JsonObject } from '../foundation/json/json.js'
import type { MemberContext } from './principal.js'
import type { ToolDefinition } from './tools.js'

/** Who must decide: `operator`, somebody other than the requester; `member`, the requester may confirm themself. */
export type Approver = 'operator' | 'member'

/** The call that the policy is asked about. `Extra`: see `Member`. */
export interface ApprovalQuestion<Extra = unknown> {
  /** The member who calls, their credential, and the request. */
  readonly context: MemberContext<Extra>
  /** The definition of the tool, as it is listed. `tool.name` is the canonical name. */
  readonly tool: ToolDefinition
  /** What will run: as the tool's schema reads them, in JSON. A copy: changing it changes nothing else. */
  readonly arguments: JsonObject
}

/** The policy's answer. */
export type ApprovalVerdict =
  /** The call runs. */
  | {
      /** No approval is needed. */
      readonly verdict: 'allow'
    }
  | {
      /** The call ends with APPROVAL_DENIED. */
      readonly verdict: 'deny'
      /** Shown to the caller. At most 2000 characters are kept. Default: none. */
      readonly reason?: string
    }
  /** The call runs once this person has approved it. */
  | {
      /** Who must approve the call before it runs. */
      readonly verdict: Approver
      /** One sentence for the person who decides. At most 2000 characters are kept. Default: none. */
      readonly summary?: string
      /**
       * How long the decision may take, and the approval be used. Milliseconds from 1 to 100 years, fractions rounded up; default: the option
       * `approvalTtlMs`. Anything else is a fault of the policy: the call ends with INTERNAL, and nothing is stored.
       */
      readonly ttlMs?: number
    }

/**
 * Decides which calls need an approval. Without one, the tools adapter is the policy where it has an `evaluate`, as `createToolProvider` has;
 * where it has none either, no call needs an approval. A policy replaces the rules of the tools: one that adds to them asks `tools.evaluate`.
 *
 * @example
 * ```ts
 * const tools = createToolProvider([...])
 * const policy: PolicyAdapter = {
 *   evaluate: async (question) =>
 *     question.context.member.roles?.includes('guest') ? { verdict: 'operator' } : tools.evaluate(question),
 * }
 * ```
 */
export interface PolicyAdapter<Extra = unknown> {
  /**
   * Promise: decides for one call, without side effects. It is asked when a call begins, and again before an approval is used, before a member
   * confirms, and before a tool that asked its client runs on: the answer of that moment counts. It is not asked about the built-in tools that
   * only read. A rejection, a throw, or no answer within `adapterTimeoutMs` refuses the call with UNAVAILABLE; an answer that is no verdict ends
   * it with INTERNAL. Nothing runs in either case.
   */
  evaluate(question: ApprovalQuestion<Extra>): Promise<ApprovalVerdict>
  /**
   * Whether a verdict may be `operator` or `member`. `false` promises that none is, so that the host needs no approvals adapter; a call that
   * gets such a verdict nevertheless ends with INTERNAL. Default `true`.
   */
  readonly needsApprovals?: boolean
}
