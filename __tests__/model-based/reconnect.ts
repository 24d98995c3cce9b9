/** At the end every caller reconnects: each call is repeated and each task polled, and the answers are compared with the stores. */

import type { Approval } from '../../lib/adapters/approvals.js'
import type { Run } from '../../lib/adapters/runs.js'
import { type Caller, type Observed, type Spec, specKey } from './callers.js'
import type { Clock } from './clock.js'
import { letThrough } from './gates.js'
import { openPlay, type Play, playSteps } from './play.js'
import type { Rules } from './rules.js'
import type { Stores } from './stage.js'
import { LONG_MS, type Step } from './steps.js'
import { type Tally, tallyStage } from './tally.js'
import { judgeRecords, specOf } from './truth.js'

const DAYS_MS = 2 * 24 * 60 * 60_000
const REPLAY_MS = 10 * 60_000

/** Throws if something is wrong. */
export async function runHistory(
  steps: readonly Step[],
  clock: Clock,
  tally: Tally,
  bend: (stores: Stores) => Stores = (stores) => stores,
): Promise<void> {
  // Other digits of it select when the callers reconnect.
  const play = openPlay(clock, { bend, tally, seed: (steps[0]?.order ?? 0) >> 3 })
  tally.histories += 1
  try {
    await playSteps(play, steps)
    await finish(play)
    // The key stays valid, and the policy can be asked again: nothing may be lost by either.
    play.stage.credentials.renew()
    play.stage.rules.mend()
    // At once, when leases are over, or (now and then) both.
    const when = (steps[0]?.order ?? 0) % 8
    if (when < 4) await comeBack(play)
    await play.wait(LONG_MS)
    if (when > 2) {
      await comeBack(play, true)
      assertAsked(play)
    }
    await daysLater(play)
    judge(play)
  } finally {
    // What a sequence leaves behind must not act in the next one.
    for (const node of play.stage.nodes) play.stage.gates.bury(node.life)
  }
  tallyStage(tally, play.stage)
}

async function daysLater(play: Play): Promise<void> {
  if (play.crowd.tasks.length === 0) return
  await play.wait(DAYS_MS)
  await pollAll(play)
  for (const { spec, taskId } of play.crowd.tasks) assertOver(play, spec, taskId)
}

function judge({ stage, crowd }: Play): void {
  judgeRecords(stage, crowd.callers)
  if (stage.broken.length > 0) throw new Error([...new Set(stage.broken)].join('\n'))
}

/** Runs until no call works and every caller has an answer: forms stay unanswered, and holds end. */
async function finish(play: Play): Promise<void> {
  const { stage, crowd } = play
  const open = () => crowd.callers.filter(({ observed, node }) => observed === null && !node.life.dead)
  for (const ms of [0, 0, 1000, 500, 1000, 2500, 61_000, 1000, 61_000]) {
    await letThrough(stage.gates, 10_000, ms)
    for (const put of [...crowd.puts]) put.answer(null)
    await letThrough(stage.gates, 10_000, ms)
    if (open().length === 0) return
    if (ms > 0) await play.wait(ms)
  }
  for (const { what, spec } of open()) stage.broken.push(`nobody answers ${what} of ${specKey(spec)}`)
}

async function comeBack(play: Play, forms = false): Promise<void> {
  const { stage, crowd, tally } = play
  const stores = { approvals: stage.stores.approvals.list(), runs: stage.stores.runs.all() }
  const specs = new Map(crowd.callers.map(({ spec }) => [specKey(spec), spec]))
  // Two of them, selected at random.
  for (const spec of [...specs.values()].slice(-2)) {
    tally.comebacks += 1
    const says = stage.rules.saysOf(spec.tool)
    const expected = expectedOf({ ...stores, says, now: play.clock.now() }, spec)
    const caller = play.call(stage.nodes[0], spec, { client: 'plain' })
    await finish(play)
    const actual = summary(caller.observed)
    if (!expected.includes(actual))
      stage.broken.push(
        `${specKey(spec)} comes back, expects ${expected.join(' or ')}, and is told ${actual}`,
      )
  }
  await pollAll(play, forms)
}

function summary(observed: Caller['observed']): string {
  if (observed === null) return 'nothing'
  if (observed.kind === 'refused') return observed.code
  if (observed.kind !== 'outcome') return observed.kind
  const { outcome } = observed
  if (outcome.kind === 'ended') return outcome.outcome.errorCode ?? outcome.outcome.status
  return outcome.kind === 'pending' ? `pending ${outcome.approval.state}` : outcome.kind
}

interface Kept {
  readonly approvals: readonly Approval[]
  readonly runs: readonly Run[]
  /** What the rule says of this call by now. */
  readonly says: ReturnType<Rules['saysOf']>
  readonly now: number
}

/** The answer that this call must get, by the stores and the policy. */
function expectedOf(kept: Kept, spec: Spec): readonly string[] {
  const keyed = spec.key === null ? null : lastAttempt(kept, spec, spec.key)
  if (spec.key === null) return byRule(kept, spec)
  // The key may have been used with other arguments.
  return ['IDEMPOTENCY_CONFLICT', ...(keyed === null ? byRule(kept, spec) : byRun(kept, spec, keyed))]
}

/** A run of which nothing came gives way to the next one with its key; `null` where the next call begins one. */
function lastAttempt(kept: Kept, spec: Spec, key: string): Run | null {
  const { memberId, tool } = spec
  const found = kept.runs.find(
    (run) => run.memberId === memberId && run.tool === tool && run.idempotencyKey === key,
  )
  if (found?.outcome?.repeatable !== true) return found ?? null
  return lastAttempt(kept, spec, `${spec.key} after ${found.id}`)
}

function byRun(kept: Kept, spec: Spec, run: Run): readonly string[] {
  if (run.outcome !== null) return [run.outcome.errorCode ?? run.outcome.status]
  if (run.status === 'unknown') return ['OUTCOME_UNKNOWN']
  if (run.status !== 'pending_approval') return ['running', 'OUTCOME_UNKNOWN']
  const approval = kept.approvals.find(({ id }) => id === run.approvalId)
  if (approval === undefined || approval.state === 'expired') return ['APPROVAL_EXPIRED']
  const isOpen = approval.state === 'pending' || approval.state === 'approved'
  const isWanted = kept.says === 'allow' || kept.says === approval.approver
  if (!isOpen || isWanted) return byApproval(kept, spec, approval)
  // A node began it and died before the approval was used: it may be used until it expires.
  const fates = kept.says === 'deny' && run.checkpoint === 'begun' ? [`pending ${approval.state}`] : []
  return [...byRule(kept, spec), ...fates]
}

function byRule(kept: Kept, spec: Spec): readonly string[] {
  if (kept.says === 'allow') return ran(spec)
  if (kept.says === 'deny') return ['APPROVAL_DENIED']
  const wanted = kept.approvals.find(
    (approval) => approval.approver === kept.says && specKey(specOf(approval)) === specKey(spec),
  )
  return byApproval(kept, spec, wanted ?? null)
}

function byApproval({ now }: Kept, spec: Spec, approval: Approval | null): readonly string[] {
  if (approval === null || approval.state === 'expired') return ['pending pending']
  const since = approval.settledAt ?? approval.decidedAt
  const fades = since !== null && now - since.getTime() >= REPLAY_MS - LONG_MS ? ['pending pending'] : []
  switch (approval.state) {
    case 'pending':
      return ['pending pending']
    case 'approved':
      return ran(spec)
    case 'executing':
      return ['pending executing', 'OUTCOME_UNKNOWN']
    case 'settled':
      return [approval.outcome?.errorCode ?? approval.outcome?.status ?? 'nothing', ...fades]
    case 'denied':
      return ['APPROVAL_DENIED', ...fades]
    case 'unknown':
      return ['OUTCOME_UNKNOWN', ...fades]
  }
}

function ran({ tool, manner }: Spec): readonly string[] {
  if (tool === 'asking') return ['input_required']
  return [manner === 'failing' ? 'TOOL_FAILED' : 'succeeded']
}

async function pollAll(play: Play, forms = false): Promise<void> {
  const tasks = new Map(play.crowd.tasks.map((task) => [task.taskId, task]))
  // The first poll continues it, and a later poll gets its outcome.
  for (let times = 0; times < 2; times += 1) {
    for (const task of tasks.values()) play.task(play.stage.nodes[1], task, { what: 'poll', forms })
    await finish(play)
  }
}

/** When leases are over, a task that has asked has ended, or asks the next client that polls and can be asked. Lost questions are asked again. */
function assertAsked({ stage, crowd }: Play): void {
  for (const { id, status, checkpoint } of stage.stores.runs.all()) {
    // Without a sealed checkpoint, the tool asked another caller that repeated the call with the key of the task.
    const isParked = status === 'input_required' && checkpoint?.startsWith('sealed') === true
    const task = isParked && crowd.tasks.find(({ taskId }) => taskId === id)
    if (!task) continue
    const view = lastView(crowd, id)?.status
    if (view !== 'input_required' && view !== 'over')
      stage.broken.push(`the task ${id} of ${specKey(task.spec)} has asked, and is ${String(view)}`)
  }
}

function lastView({ callers }: Play['crowd'], taskId: string) {
  const views = callers.flatMap(({ what, observed }) => (what === 'poll' ? (viewOf(observed) ?? []) : []))
  return views.findLast((view) => view.taskId === taskId)
}

/** An undecided approval expires, and a lost run is unknown. Only a tool that asked may wait for its answer until the task is forgotten. */
function assertOver({ stage, crowd }: Play, spec: Spec, taskId: string): void {
  const status = lastView(crowd, taskId)?.status
  if (status !== 'over' && spec.tool !== 'asking')
    stage.broken.push(`the task ${taskId} of ${specKey(spec)} is still ${String(status)} days later`)
}

function viewOf(observed: Observed | null) {
  return observed?.kind === 'view' ? observed.view : null
}
