/** Guarantee: a call whose process was killed is never run again, and what was stored before is there after a restart. */

import type { VerifiedHost } from '../../testing/index.js'
import { Broken, NotGiven, type VerifyCase } from './case.js'
import { type CrashFacts, playCrash } from './crash-story.js'
import { LEASE_MS } from './probe.js'

const GROUP = 'guarantee: crash'
/** The cases share one story: a start, a kill, a restart, and the end of a lease. */
const LEAST_MS = LEASE_MS + 180_000

interface CrashCase {
  readonly title: string
  readonly cure: string
  /** A sentence if the guarantee does not hold, else `null`. Throws `NotGiven` for what the host does not have. */
  readonly judge: (facts: CrashFacts) => string | null
}

const LOST = 'resolve a write only when it is durable, in a file or database that outlives the process'

const CASES: readonly CrashCase[] = [
  {
    title: 'knows its keys and members after a restart',
    cure: LOST,
    judge: ({ restarted }) =>
      restarted.known ? null : `a key from before was answered ${restarted.answer} after the restart`,
  },
  {
    title: 'still refuses a key that was revoked before the restart',
    cure: LOST,
    judge: ({ revoked }) => {
      if (revoked === null)
        throw new NotGiven('host.start gives no revokeKey, or the app has forgotten all keys')
      return revoked === 'UNAUTHENTICATED' ? null : `a revoked key was answered ${revoked} after the restart`
    },
  },
  {
    title: 'never runs a call with an idempotency key again whose process was killed',
    cure: `${LOST}: runs.begin must have stored the run before it resolves`,
    judge: ({ keyed }) => judgeKilled(keyed, 'a call with an idempotency key'),
  },
  {
    title: 'answers such a call with OUTCOME_UNKNOWN once its lease is over',
    cure: 'read a run as unknown when it is running and its lease is over',
    judge: ({ keyed }) => judgeOutcome(keyed, 'the call with an idempotency key'),
  },
  {
    title: 'gives the outcome of a call that had ended before, without a second run',
    cure: `${LOST}: runs.end must have stored the outcome before it resolves`,
    judge({ ended }) {
      if (ended === null) throw new NotGiven('the host stores no runs')
      if (ended.runs !== 1)
        return `a call that had ended ran ${ended.runs} times, because its repeat after the restart ran it again`
      return ended.replayed ? null : `the repeat of a call that had ended was answered ${ended.answer}`
    },
  },
  {
    title: 'never runs an approved call again whose process was killed',
    cure: `${LOST}: approvals.consume must have stored the state before it resolves`,
    judge: ({ approved }) => judgeKilled(approved, 'an approved call'),
  },
  {
    title: 'answers such an approved call with OUTCOME_UNKNOWN once its lease is over',
    cure: 'read an approval as unknown when it is executing and its lease is over',
    judge: ({ approved }) => judgeOutcome(approved, 'the approved call'),
  },
  {
    title: 'keeps approvals that were pending, and runs them once they are approved',
    cure: LOST,
    judge({ pending }) {
      if (pending === null) throw new NotGiven('the host lacks approvals, or gives no decide')
      return pending.runs === 1
        ? null
        : `a call whose approval was pending at the crash was answered ${pending.answer}`
    },
  },
]

function judgeKilled(killed: CrashFacts['keyed'], what: string): string | null {
  if (killed === null) throw new NotGiven(`the host has no store for ${what}`)
  return killed.runs === 1
    ? null
    : `${what} ran ${killed.runs} times: its repeat after the crash ran it again`
}

function judgeOutcome(killed: CrashFacts['keyed'], what: string): string | null {
  if (killed === null) throw new NotGiven(`the host has no store for ${what}`)
  return killed.answer === 'OUTCOME_UNKNOWN' ? null : `${what} was answered ${killed.answer}`
}

/** @param module the path of the module, for the child process */
export function crashCases(host: VerifiedHost | undefined, module: string | null): readonly VerifyCase[] {
  let story: Promise<CrashFacts> | undefined
  return CASES.map(({ title, cure, judge }) => ({
    group: GROUP,
    title,
    cure,
    leastMs: LEAST_MS,
    async body() {
      if (host === undefined) throw new NotGiven('the module gives no host')
      if (host.lacks?.includes('durability')) throw new NotGiven('the host lacks durability')
      if (module === null) throw new NotGiven('there is no module that a child process can load')
      story ??= playCrash(module, host)
      const broken = judge(await story)
      if (broken !== null) throw new Broken(broken)
    },
  }))
}
