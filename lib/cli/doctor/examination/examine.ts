/** Examines an MCP endpoint: runs the checks, and gives a result for each. It prints nothing, and reads no environment. */

import { messageOf } from '../../../foundation/errors/message-of.js'
import type { Check } from '../kit/check.js'
import { type Context, createContext } from '../kit/context.js'
import { createRedaction } from '../kit/redaction.js'
import { type ExamineOptions, targetOf } from '../kit/target.js'
import { skip, type Verdict } from '../kit/verdict.js'
import { ProbeFailure } from '../probe/probe-failure.js'
import { GROUPS } from './checks.js'
import { choose } from './choose.js'

/** The result of one check. */
export interface Result extends Omit<Verdict, 'blockedBy'> {
  /** Stable, such as `http.redirect`. */
  readonly id: string
  /** What is true if the check passes. */
  readonly title: string
  /** The title of its group. */
  readonly group: string
  /** Milliseconds that it took. */
  readonly ms: number
}

interface Finished {
  readonly result: Result
  /** The check whose failure keeps this one, and what needs it, from being judged; `null`: what needs it may run. */
  readonly blockedBy: string | null
}

/**
 * Examines an endpoint. The results come in the order of the list, each as soon as it is known. Sends requests to the host of `url` only, and
 * none that changes anything unless `options.tool` names a tool that does. Never throws for what a server does; throws a TypeError for an
 * `options.only` that names no check. The key is in no result.
 */
export async function* examine(url: URL, options: ExamineOptions = {}): AsyncGenerator<Result, void, void> {
  const chosen = choose(options.only)
  const ended = new AbortController()
  const signal = AbortSignal.any([ended.signal, ...(options.signal === undefined ? [] : [options.signal])])
  const target = targetOf(url, options)
  const { context, close } = createContext(target, signal)
  const redact = createRedaction(target.key)
  const finished = new Map<string, Promise<Finished>>()
  try {
    for (const group of GROUPS) {
      const checks = group.checks.filter(({ id }) => chosen.has(id))
      for (const check of checks)
        finished.set(check.id, finish(check, { context, finished, group: group.title }))
      for (const { id } of checks) {
        const one = await finished.get(id)
        if (one !== undefined) yield redacted(one.result, redact)
      }
    }
  } finally {
    ended.abort()
    close()
  }
}

interface Run {
  readonly context: Context
  readonly finished: ReadonlyMap<string, Promise<Finished>>
  readonly group: string
}

async function finish(check: Check, { context, finished, group }: Run): Promise<Finished> {
  const { id, title, needs } = check
  const before = await Promise.all(needs.map((need) => finished.get(need)))
  const blocker = before.find((one) => (one?.blockedBy ?? null) !== null)?.blockedBy ?? null
  const started = performance.now()
  const verdict = blocker === null ? await judge(check, context) : blocked(blocker)
  const { blockedBy, ...rest } = verdict
  const ms = Math.round(performance.now() - started)
  return {
    result: { id, title, group, ...rest, ms },
    blockedBy: blockedBy ?? (verdict.status === 'fail' ? id : null),
  }
}

function blocked(by: string): Verdict {
  return { ...skip(`needs ${by}`), blockedBy: by }
}

/** A probe that got no answer fails its check, unless the user or a rate limit ended it. */
async function judge(check: Check, context: Context): Promise<Verdict> {
  try {
    if (context.signal.aborted) return interrupted()
    return await check.run(context)
  } catch (error) {
    if (context.signal.aborted) return interrupted()
    const isLimited = error instanceof ProbeFailure && error.code === 'LIMITED'
    if (isLimited) return { ...skip(`${error.message}: see limits.early`), blockedBy: 'limits.early' }
    const seen = messageOf(error)
    return {
      status: 'fail',
      seen: `no answer: ${seen}`,
      expected: 'an answer to the request of this check',
      cure: 'Other requests were answered, this one was not. Run the command again; if it stays, the log of the proxy or of the app says why.',
    }
  }
}

function interrupted(): Verdict {
  return { ...skip('interrupted'), blockedBy: 'an interruption' }
}

function redacted(result: Result, redact: (text: string) => string): Result {
  const { seen, expected, cure } = result
  return {
    ...result,
    seen: redact(seen),
    expected: expected === null ? null : redact(expected),
    cure: cure === null ? null : redact(cure),
  }
}
