/** Turns what the pipeline answers into the shapes of MCP. */

import type { Ask } from '../adapters/input.js'
import type { MemoryEntry, MemoryEntryInfo, MemoryTemplate } from '../adapters/memory.js'
import type { PromptDefinition } from '../adapters/prompts.js'
import type { ResourceInfo } from '../adapters/resources.js'
import type { ContentBlock, ToolDefinition } from '../adapters/tools.js'
import { ERRORS } from '../error-table.js'
import type { AllvError } from '../errors.js'
import type { CallOutcome } from '../pipeline/outcome.js'
import { memoryTemplate, memoryUri } from './memory-uri.js'

export type WireObject = Record<string, unknown>

const DEFAULT_MIME_TYPE = 'text/plain'

/** All four hints are sent, the unset ones with the specification's pessimistic defaults. */
export function toWireTool(tool: ToolDefinition, name: string): WireObject {
  const { title, description, inputSchema, outputSchema, annotations } = tool
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    annotations: {
      ...(title === undefined ? {} : { title }),
      readOnlyHint: annotations?.readOnlyHint ?? false,
      destructiveHint: annotations?.destructiveHint ?? true,
      idempotentHint: annotations?.idempotentHint ?? false,
      openWorldHint: annotations?.openWorldHint ?? true,
    },
  }
}

export function toWireResource(workspaceId: string, entry: MemoryEntryInfo): WireObject {
  const { key, title, description, mimeType, updatedAt } = entry
  return {
    uri: memoryUri(workspaceId, key),
    name: key,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    mimeType: mimeType ?? DEFAULT_MIME_TYPE,
    annotations: { lastModified: updatedAt.toISOString() },
  }
}

export function toWireContents(workspaceId: string, entry: MemoryEntry): WireObject {
  const { key, mimeType, text, revision } = entry
  return {
    uri: memoryUri(workspaceId, key),
    mimeType: mimeType ?? DEFAULT_MIME_TYPE,
    text,
    _meta: { 'ai.allv/revision': revision },
  }
}

export function toWireTemplate(workspaceId: string, template: MemoryTemplate): WireObject {
  const { keyTemplate, mimeType, ...rest } = template
  return {
    uriTemplate: memoryTemplate(workspaceId, keyTemplate),
    ...rest,
    mimeType: mimeType ?? DEFAULT_MIME_TYPE,
  }
}

export function toWireHostResource({ updatedAt, ...resource }: ResourceInfo): WireObject {
  return {
    ...resource,
    ...(updatedAt === undefined ? {} : { annotations: { lastModified: updatedAt.toISOString() } }),
  }
}

/** Scopes are between host and key; a client does not need to know them. */
export function toWirePrompt({ scopes: _, ...prompt }: PromptDefinition): WireObject {
  return prompt
}

/** Questions in place of a result. MCP 2026-07-28, basic/patterns/mrtr; in the 2025 era questions are put within the call. */
export function toWireAsk({ inputRequests }: Ask, requestState: string): WireObject {
  return { resultType: 'input_required', inputRequests, requestState }
}

/** The result of `tools/call`. Whatever was not executed is `isError` without structured content, which a declared outputSchema allows. */
export function toWireCallResult(call: CallOutcome, correlationId: string): WireObject {
  switch (call.kind) {
    case 'asks':
      return toWireAsk(call.ask, call.requestState)
    case 'running':
      return failure(ERRORS.RUN_IN_PROGRESS.message, {
        'ai.allv/code': 'RUN_IN_PROGRESS',
        'ai.allv/runId': call.runId,
      })
    case 'pending':
      return pending(call)
    case 'ended':
      return ended(call, correlationId)
  }
}

/** A refusal that belongs in front of the model: the call was understood and not carried out. */
export function toWireToolError(error: AllvError): WireObject {
  const problems = error.details?.['problems']
  const text = Array.isArray(problems)
    ? problems
        .map(
          (problem: { path?: string; message?: string }) =>
            `${problem.path || 'arguments'} ${problem.message}`,
        )
        .join('; ')
    : ''
  return failure(text === '' ? error.message : `${error.message}: ${text}`, {
    'ai.allv/code': error.code,
    ...(error.correlationId === undefined ? {} : { 'ai.allv/correlationId': error.correlationId }),
  })
}

function pending({ runId, approval, url }: Extract<CallOutcome, { kind: 'pending' }>): WireObject {
  const { id, state, approver } = approval
  const expiresAt = approval.expiresAt.toISOString()
  const who = approver === 'operator' ? 'an operator of the workspace' : 'the member'
  const where = url === null ? 'in the app' : `at ${url}`
  const text =
    state === 'pending'
      ? `Not executed: approval ${id} is pending until ${expiresAt}. Ask ${who} to decide it ${where}, then repeat this call with the same arguments; it runs once.`
      : `Approval ${id} was given and the call is being carried out. Repeat it with the same arguments to get its outcome.`
  return failure(text, {
    'ai.allv/code': 'APPROVAL_PENDING',
    'ai.allv/runId': runId,
    'ai.allv/approval': { approvalId: id, state, approver, expiresAt, ...(url === null ? {} : { url }) },
  })
}

function ended(
  { runId, outcome, replayed, approvalId }: Extract<CallOutcome, { kind: 'ended' }>,
  correlationId: string,
): WireObject {
  const meta = {
    'ai.allv/runId': runId,
    ...(approvalId === null ? {} : { 'ai.allv/approvalId': approvalId }),
    ...(outcome.errorCode === null
      ? {}
      : { 'ai.allv/code': outcome.errorCode, 'ai.allv/correlationId': correlationId }),
    ...(replayed
      ? { 'ai.allv/replayOf': { runId: outcome.runId, endedAt: outcome.endedAt.toISOString() } }
      : {}),
  }
  const { result } = outcome
  const note = replayed
    ? `This call already ran at ${outcome.endedAt.toISOString()}; this is its outcome.`
    : null
  if (result === null)
    return failure(note === null ? `${outcome.message}` : `${note} ${outcome.message}`, meta)
  return {
    content: [...(result.content ?? []), ...(note === null ? [] : [textBlock(note)])],
    ...(result.structuredContent === undefined ? {} : { structuredContent: result.structuredContent }),
    ...(result.isError === true ? { isError: true } : {}),
    _meta: meta,
  }
}

function failure(text: string, meta: WireObject): WireObject {
  return { content: [textBlock(text)], isError: true, _meta: meta }
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text }
}
