/** The adapter that decides for each call whether it runs, is denied, or needs an approval first. */

import type { JsonObject } from '../foundation/json/json.js'
import type { MemberContext } from './principal.js'
import type { ToolDefinition } from './tools.js'

/** Who must decide. `operator`: a person other than the requester. `member`: the requester may decide. */
export type Approver = 'operator' | 'member'

/** The call that the policy is asked about. `Extra`: see `Member`. */
export interface ApprovalQuestion<Extra = unknown> {
  /** The member who calls, their credential, and the request. */
  readonly context: MemberContext<Extra>
  /** The tool's definition, as it is listed. `tool.name` is the canonical name. */
  readonly tool: ToolDefinition
  /** The arguments that the tool will get, as its schema parses them, in JSON. A copy: changes to it have no effect. */
  readonly arguments: JsonObject
}

/** The answer of the policy. */
export type ApprovalVerdict =
  /** The call runs. */
  | {
      /** No approval is needed. */
      readonly verdict: 'allow'
    }
  | {
      /** The call ends with APPROVAL_DENIED. */
      readonly verdict: 'deny'
      /** A reason for the caller. At most 2000 characters are used. Default: none. */
      readonly reason?: string
    }
  /** The call runs after this approver has approved it. */
  | {
      /** Who must approve the call. */
      readonly verdict: Approver
      /** One sentence for the person who decides. At most 2000 characters are used. Default: none. */
      readonly summary?: string
      /**
       * How long the approval can be decided and used, in milliseconds: from 1 to 100 years, fractions rounded up. Default: the option
       * `approvalTtlMs`. Another value is an error of the policy: the call ends with INTERNAL, and nothing is stored.
       */
      readonly ttlMs?: number
    }

/**
 * Decides which calls need an approval. Without `adapters.policy`, the tools adapter is the policy if it has an `evaluate`, as that of
 * `createToolProvider` has; otherwise no call needs an approval. A policy replaces the rules of the tools. To add to them, call `tools.evaluate`.
 *
 * @example
 * const policy: PolicyAdapter = {
 *   evaluate: async (question) =>
 *     question.context.member.roles?.includes('guest') ? { verdict: 'operator' } : tools.evaluate(question),
 * }
 */
export interface PolicyAdapter<Extra = unknown> {
  /**
   * Decides about one call. Must have no side effects. The library calls it when a call begins, and again before an approval is used, before a
   * member's approval is stored, and before a tool that asked its client continues. The latest answer counts. It is not called for built-in tools
   * that only read. If it throws, rejects, or does not answer within `adapterTimeoutMs`, the call is refused with UNAVAILABLE. If its answer is not
   * a verdict, the call ends with INTERNAL. In both cases the tool does not run.
   */
  evaluate(question: ApprovalQuestion<Extra>): Promise<ApprovalVerdict>
  /**
   * Whether a verdict may be `operator` or `member`. With `false` the host needs no approvals adapter, and without that adapter a call with such a
   * verdict ends with INTERNAL. Default `true`.
   */
  readonly needsApprovals?: boolean
}
