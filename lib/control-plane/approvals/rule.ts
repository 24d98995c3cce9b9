/** The host's approval policy: what it says of a call, checked before anything is made of it, and whether an approval still is what it wants. */

import type { Approval } from '../../adapters/approvals.js'
import type { Approver } from '../../adapters/policy.js'
import { isRecord } from '../../foundation/json/guards.js'
import type { JsonObject } from '../../foundation/json/json.js'
import { cleanText } from '../../foundation/text/text.js'
import { ended, type RunAnswer } from '../request/call-outcome.js'
import type { RunRef, Validated } from '../request/call-stages.js'
import type { Objection, Wanted } from '../request/objection.js'
import { callAdapter, reportFailure } from '../runtime/adapter-call.js'
import { MOST_TTL_MS } from '../runtime/options.js'
import type { Runtime } from '../runtime/runtime.js'

export type Ruling =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'deny'; readonly reason: string | null }
  | Wanted

type Question = Pick<Validated, 'context' | 'tool' | 'bound'>

/** As much of a host's sentence as is kept and shown. */
const MOST_TEXT = 2000

/** UNAVAILABLE for a policy that throws or does not answer, a TypeError for an answer that is no verdict. */
export async function askRule(runtime: Runtime, question: Question): Promise<Ruling> {
  const { context, tool } = question
  const { policy } = runtime.config
  if (policy === null) return { verdict: 'allow' }
  const handed = handArguments(runtime, question)
  // Most schemas have handed them out by now.
  const args = handed instanceof Promise ? await handed : handed
  const given: unknown = await callAdapter(runtime, context.correlationId, () =>
    policy.evaluate({ context, tool, arguments: args }),
  )
  return readVerdict(given)
}

/** A copy for the rule. A schema that makes something else of the arguments each time is a fault of the host, and nothing runs. */
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

/** Asks the rule once more. `null`: nothing is against it. A call that the rule would allow by now may run under its approval all the same. */
export async function objectionTo(
  runtime: Runtime,
  question: Question,
  approver: Approver | null,
): Promise<Objection | null> {
  const ruling = await askRule(runtime, question)
  if (ruling.verdict === 'deny') return ruling
  return ruling.verdict === 'allow' || ruling.verdict === approver
    ? null
    : { verdict: 'superseded', wanted: ruling }
}

/** How a call ends that the rule of now denies. */
export function deniedBy(
  { id: runId }: Pick<RunRef, 'id'>,
  { id: approvalId }: Pick<Approval, 'id'>,
  { reason }: Extract<Objection, { verdict: 'deny' }>,
): Extract<RunAnswer, { kind: 'ended' }> {
  const outcome = ended(runId, 'APPROVAL_DENIED', { reason })
  return { kind: 'ended', runId, approvalId, outcome, replayed: false }
}

const NOTHING: Readonly<Record<string, unknown>> = {}

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
      throw new TypeError('policy.evaluate gave no verdict of allow, deny, operator or member')
  }
}

function readSummary(summary: unknown): string | null {
  if (summary === undefined || summary === null) return null
  if (typeof summary !== 'string')
    throw new TypeError('policy.evaluate gave a verdict with a summary that is not text')
  return cleanText(summary, MOST_TEXT)
}

/** Stores add it to the time of now, so there is an end to it. */
function readTtl(ttlMs: unknown): number | null {
  if (ttlMs === undefined || ttlMs === null) return null
  const whole = typeof ttlMs === 'number' ? Math.ceil(ttlMs) : Number.NaN
  if (!(whole >= 1 && whole <= MOST_TTL_MS))
    throw new TypeError(
      `policy.evaluate gave a verdict with a ttlMs that is no number of milliseconds from 1 to ${MOST_TTL_MS}`,
    )
  return whole
}
