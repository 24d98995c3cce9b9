/** Asks the host's approval policy about a call, checks its answer, and tells whether a requested approval is still what the policy requires. */

import type { Approval } from '../../adapters/approvals.js'
import type { Approver } from '../../adapters/policy.js'
import { hasApprovalRule } from '../../foundation/json/approval-marks.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { cleanText } from '../../foundation/text/text.js'
import { ended, endedAnswer, type RunAnswer } from '../request/call-outcome.js'
import type { RunRef, Validated } from '../request/call-stages.js'
import type { Objection, Wanted } from '../request/objection.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import { MOST_TTL_MS } from '../runtime/options.js'
import type { Runtime } from '../runtime/runtime.js'

/** The checked answer of the policy. */
export type Ruling =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'deny'; readonly reason: string | null }
  | Wanted

type Question = Pick<Validated, 'context' | 'tool' | 'bound'>

/** Longest `reason` or `summary` of a policy that is kept, in UTF-16 units. */
const MOST_TEXT = 2000

/** Asks the policy. Rejects with UNAVAILABLE if it throws or does not answer, and with a TypeError if its answer is not a verdict. */
export async function evaluatePolicy(runtime: Runtime, question: Question): Promise<Ruling> {
  const { context, tool } = question
  const { policy } = runtime.config
  if (policy === null) return withoutPolicy(tool)
  const handed = handArguments(runtime, question)
  // Most schemas have handed them out by now.
  const args = handed instanceof Promise ? await handed : handed
  const given: unknown = await callAdapter(runtime, context.correlationId, () =>
    policy.evaluate({ context, tool, arguments: args }),
  )
  return readVerdict(given)
}

/** A tool with a rule does not run if nothing evaluates the rule: the host put the tools of a provider into a list of its own. */
function withoutPolicy({ name, inputSchema }: Validated['tool']): Ruling {
  if (hasApprovalRule(inputSchema))
    throw new TypeError(
      `the tool "${name}" has an approval rule, and no policy evaluates it; keep the evaluate of its provider in adapters.tools ({ ...provider, list }), or pass adapters.policy`,
    )
  return { verdict: 'allow' }
}

/** A copy of the arguments for the policy. A schema that parses them differently each time is a fault of the host, and the tool does not run. */
function handArguments(runtime: Runtime, { bound, context }: Question): JsonObject | Promise<JsonObject> {
  const refuse = (cause: unknown): never => {
    throw reportFailure(runtime, context.correlationId, 'TOOL_FAILED', cause)
  }
  try {
    const handed = bound.hand()
    return handed instanceof Promise ? handed.catch(refuse) : handed
  } catch (cause) {
    return refuse(cause)
  }
}

/** Asks the policy again about a call with an approval by `approver`. `null`: no objection; also if the policy now needs no approval. */
export async function objectionTo(
  runtime: Runtime,
  question: Question,
  approver: Approver | null,
): Promise<Objection | null> {
  const ruling = await evaluatePolicy(runtime, question)
  if (ruling.verdict === 'deny') return ruling
  return ruling.verdict === 'allow' || ruling.verdict === approver
    ? null
    : { verdict: 'superseded', wanted: ruling }
}

/** The answer of a call that the policy now denies. */
export function deniedBy(
  run: Pick<RunRef, 'id'>,
  { id: approvalId }: Pick<Approval, 'id'>,
  { reason }: Extract<Objection, { verdict: 'deny' }>,
): Extract<RunAnswer, { kind: 'ended' }> {
  return endedAnswer(run, approvalId, ended(run.id, 'APPROVAL_DENIED', { reason }))
}

const NOTHING: Readonly<Record<string, unknown>> = {}

/** The policy of most hosts is the rules of their tools. */
const RULE = 'the approval of the tool, or policy.evaluate,'

function readVerdict(given: unknown): Ruling {
  const { verdict, reason, summary, ttlMs } = isRecord(given) ? given : NOTHING
  switch (verdict) {
    case 'allow':
      return { verdict }
    case 'deny':
      return { verdict, reason: typeof reason === 'string' ? cleanText(reason, MOST_TEXT) : null }
    case 'operator':
    case 'member':
      return { verdict, summary: readSummary(summary), ttlMs: readTtl(ttlMs) }
    default:
      throw new TypeError(
        `${RULE} gave no verdict; return an object such as { verdict: 'allow' }, with allow, deny, operator or member`,
      )
  }
}

function readSummary(summary: unknown): string | null {
  if (summary === undefined || summary === null) return null
  if (typeof summary !== 'string')
    throw new TypeError(`${RULE} gave a verdict with a summary that is not text`)
  return cleanText(summary, MOST_TEXT)
}

/** Stores add it to the current time, so it has a maximum. */
function readTtl(ttlMs: unknown): number | null {
  if (ttlMs === undefined || ttlMs === null) return null
  const whole = typeof ttlMs === 'number' ? Math.ceil(ttlMs) : Number.NaN
  if (!(whole >= 1 && whole <= MOST_TTL_MS))
    throw new TypeError(
      `${RULE} gave a verdict with a ttlMs that is no number of milliseconds from 1 to ${MOST_TTL_MS}`,
    )
  return whole
}
