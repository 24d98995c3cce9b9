/** Computes what an approval is bound to: the exact call, and who must decide. */

import type { ApprovalBinding } from '../../adapters/approvals.js'
import type { Approver } from '../../adapters/policy.js'
import type { ToolDefinition } from '../../adapters/tools.js'
import { digestJson } from '../../foundation/crypto/digest.js'
import { isFrozenDefinition } from '../access/tool-catalogue.js'
import type { Validated } from '../request/call-stages.js'

/** The parts of a call that an approval is bound to. */
export type BoundCall = Pick<Validated, 'context' | 'tool' | 'argumentsDigest' | 'input'>

/** SHA-256 over all fields of the binding. A call that differs in any field has another binding. */
export function bindingOf(call: BoundCall, approver: Approver): string {
  return digestJson(bindingFields(call, approver))
}

/** The fields of the binding, as the store keeps them. */
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

/** Digests of frozen definitions. Without this cache every call would digest the schemas again, and they are large. */
const definitionDigests = new WeakMap<ToolDefinition, string>()

/**
 * SHA-256 of the definition that a person approves. A tool that changes needs a new approval. The title is part of it, because clients show it
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
