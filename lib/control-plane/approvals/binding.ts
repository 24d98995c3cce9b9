/** What an approval is bound to: the exact call, and who must decide it. */

import type { ApprovalBinding } from '../../adapters/approvals.js'
import type { Approver } from '../../adapters/policy.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { digestJson } from '../../foundation/crypto/digest.js'
import { isFrozenDefinition } from '../access/tool-catalogue.js'
import type { Validated } from '../request/call-stages.js'

/** All of a call that an approval is bound to. */
export type BoundCall = Pick<Validated, 'context' | 'tool' | 'argumentsDigest' | 'input'>

/** SHA-256 over everything that the decision is about: a call that differs in any of it has another binding. */
export function bindingOf(call: BoundCall, approver: Approver): string {
  return digestJson(bindingFields(call, approver))
}

export function bindingFields(
  { context, tool, argumentsDigest, input }: BoundCall,
  approver: Approver,
): ApprovalBinding {
  return {
    workspaceId: context.workspaceId,
    memberId: context.member.id,
    tool: tool.name,
    definitionDigest: definitionDigest(tool),
    argumentsDigest,
    idempotencyKey: input.idempotencyKey,
    approver,
  }
}

/** Of definitions that cannot change: their schemas are the larger part of what would be digested for every call. */
const definitionDigests = new WeakMap<ToolDefinition, string>()

/**
 * What a person approves is a call of this very definition; a tool that changed its meaning must be approved anew. Clients show the title
 * in place of the name.
 */
export function definitionDigest(tool: ToolDefinition): string {
  const known = definitionDigests.get(tool)
  if (known !== undefined) return known
  const { name, title, description, inputSchema, outputSchema, annotations } = tool
  const parts = [name, title ?? null, description, inputSchema, outputSchema ?? null, { ...annotations }]
  const digest = digestJson(parts)
  if (isFrozenDefinition(tool)) definitionDigests.set(tool, digest)
  return digest
}
