/** Makes the results of `tools/call`. */

import type { ContentBlock } from '../../adapters/tools.js'
import { describeShortly } from '../../control-plane/approvals/describe.js'
import type { CallOutcome } from '../../control-plane/request/call-outcome.js'
import type { MetaKeys } from '../../control-plane/runtime/brand.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { ERRORS } from '../../foundation/errors/catalogue.js'
import { toWireAsk, type WireObject } from './results.js'

/**
 * The result of `tools/call`. A call that did not run is `isError` without structured content, which is valid also if the tool has an
 * outputSchema.
 */
export function toWireCallResult(
  call: Exclude<CallOutcome, { kind: 'task' }>,
  { correlationId, meta }: { readonly correlationId: string; readonly meta: MetaKeys },
): WireObject {
  switch (call.kind) {
    case 'input_required':
      return toWireAsk(call.ask, call.requestState)
    case 'running':
      return failure(ERRORS.RUN_IN_PROGRESS.message, {
        [meta.code]: 'RUN_IN_PROGRESS',
        [meta.runId]: call.runId,
      })
    case 'pending':
      if (call.shown === 'url') throw urlRequired(call)
      return pending(call, meta)
    case 'suspended':
      throw new TypeError('a suspended call must be answered as a task')
    case 'ended':
      return endedResult(call, { correlationId, meta })
  }
}

/** An error as a tool result, so that the model sees why the call did not run. */
export function toWireToolError(error: AllvError, meta: MetaKeys): WireObject {
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
    [meta.code]: error.code,
    ...(error.correlationId === undefined ? {} : { [meta.correlationId]: error.correlationId }),
  })
}

function pending(
  { runId, approval, url }: Extract<CallOutcome, { kind: 'pending' }>,
  meta: MetaKeys,
): WireObject {
  const { id, state, approver } = approval
  const expiresAt = approval.expiresAt.toISOString()
  const who = approver === 'operator' ? 'an operator of the workspace' : 'the member'
  const where = url === null ? 'in the app' : `at ${url}`
  const text =
    state === 'pending'
      ? `Not executed: approval ${id} is pending until ${expiresAt}. Ask ${who} to decide it ${where}, then repeat this call with the same arguments; it runs once.`
      : `Approval ${id} was given and the call is being carried out. Repeat it with the same arguments to get its outcome.`
  return failure(text, {
    [meta.code]: 'APPROVAL_PENDING',
    [meta.runId]: runId,
    [meta.approval]: { approvalId: id, state, approver, expiresAt, ...(url === null ? {} : { url }) },
  })
}

/** The result of a run that has ended. `correlationId` is that of the request that ran it; `null` if that request is over. */
export function endedResult(
  { runId, outcome, replayed, approvalId }: Omit<Extract<CallOutcome, { kind: 'ended' }>, 'kind'>,
  { correlationId, meta }: { readonly correlationId: string | null; readonly meta: MetaKeys },
): WireObject {
  const about = {
    [meta.runId]: runId,
    ...(approvalId === null ? {} : { [meta.approvalId]: approvalId }),
    ...(outcome.errorCode === null
      ? {}
      : {
          [meta.code]: outcome.errorCode,
          ...(correlationId === null ? {} : { [meta.correlationId]: correlationId }),
        }),
    ...(replayed
      ? { [meta.replayOf]: { runId: outcome.runId, endedAt: outcome.endedAt.toISOString() } }
      : {}),
  }
  const { result } = outcome
  const at = replayed ? outcome.endedAt.toISOString() : null
  if (result === null) {
    // Without a result it may not have run at all.
    const note = at === null ? '' : `This is the outcome of the same call at ${at}: `
    return failure(`${note}${outcome.message}`, about)
  }
  const note = at === null ? null : `This call already ran at ${at}; this is its outcome.`
  return {
    content: [...(result.content ?? []), ...(note === null ? [] : [textBlock(note)])],
    ...(result.structuredContent === undefined ? {} : { structuredContent: result.structuredContent }),
    ...(result.isError === true ? { isError: true } : {}),
    _meta: about,
  }
}

/** MCP 2025-11-25, client/elicitation, URL Elicitation Required Error: the client shows the URL and repeats the call later. */
function urlRequired({ approval, url }: Extract<CallOutcome, { kind: 'pending' }>): AllvError {
  const message = describeShortly(approval)
  return new AllvError('URL_ELICITATION_REQUIRED', {
    details: { elicitations: [{ mode: 'url', elicitationId: approval.id, url, message }] },
  })
}

function failure(text: string, meta: WireObject): WireObject {
  return { content: [textBlock(text)], isError: true, _meta: meta }
}

function textBlock(text: string): ContentBlock {
  return { type: 'text', text }
}
