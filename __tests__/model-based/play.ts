/** Runs one sequence: step by step, then until no call runs any more; then every caller reconnects. */

import {
  type Asked,
  answersTo,
  type Caller,
  type Calling,
  type Crowd,
  type Observed,
  onTask,
  type Spec,
  startCall,
  type TaskAct,
} from './callers.js'
import type { Clock } from './clock.js'
import { letThrough, quiet } from './gates.js'
import { createStage, MEMBERS, type Node, type Stage, type Stores } from './stage.js'
import type { Step } from './steps.js'
import { type Tally, tallyObserved } from './tally.js'
import { judgeAnswer, judgeEffect } from './truth.js'

export interface Play {
  readonly stage: Stage
  readonly crowd: Crowd
  readonly tally: Tally
  readonly clock: Clock
  call(node: Node, spec: Spec, calling: Calling): Caller
  task(node: Node, task: Crowd['tasks'][number], act: TaskAct): Caller
  /** Moves time on: what was due happens. */
  wait(ms: number): Promise<void>
}

export interface Opening {
  readonly bend: (stores: Stores) => Stores
  readonly tally: Tally
  /** Selects the credential of the calls, and the clocks of the first nodes. */
  readonly seed: number
}

export function openPlay(clock: Clock, { bend, tally, seed }: Opening): Play {
  clock.clear()
  const stage = createStage(clock, bend, seed)
  const crowd: Crowd = { callers: [], asked: [], puts: [], tasks: [] }
  stage.judge = (effect) => {
    judgeEffect(stage, effect)
    tally.executions += 1
  }
  const listen = (caller: Caller, observed: Observed) => {
    judgeAnswer(stage, caller, observed)
    tallyObserved(tally, stage, caller, observed)
    if (observed.kind === 'outcome') remember(crowd, caller, observed)
  }
  return {
    stage,
    crowd,
    tally,
    clock,
    call: (node, spec, calling) => startCall(stage, crowd, node, spec, calling, listen),
    task: (node, task, act) => onTask(stage, crowd, node, task, act, listen),
    async wait(ms) {
      await quiet()
      const working = stage.gates.waiting() > 0 || crowd.puts.length > 0
      const open = crowd.callers.some(({ observed, node }) => observed === null && !node.life.dead)
      // A long leap is a process that slept: it wakes up with its leases gone.
      if ((working && ms >= 2000) || (open && ms >= 60_000)) stage.overrun = true
      clock.advance(ms)
      await quiet()
    },
  }
}

function remember(crowd: Crowd, { spec }: Caller, { outcome }: Extract<Observed, { kind: 'outcome' }>): void {
  if (outcome.kind === 'task') crowd.tasks.push({ spec, taskId: outcome.runId })
  if (outcome.kind !== 'input_required') return
  const { requestState, ask } = outcome
  const { approval } = ask.inputRequests
  const decides = approval === undefined || approval.params['mode'] === 'form'
  crowd.asked.push({ spec, requestState, keys: Object.keys(ask.inputRequests), decides })
}

export async function playSteps(play: Play, steps: readonly Step[]): Promise<void> {
  const { gates } = play.stage
  for (const step of steps) {
    await take(play, step)
    if (step.gates > 0) await letThrough(gates, step.gates, step.order)
    else await quiet()
  }
}

async function take(play: Play, step: Step): Promise<void> {
  const { stage, crowd, tally } = play
  const node = stage.nodes[step.node]
  // Every read of a clock in this process reads that of the acting node.
  play.clock.shift(node.shiftMs)
  const nth = <T>(list: readonly T[], which: number): T | undefined => list[which % Math.max(1, list.length)]
  switch (step.act) {
    case 'call':
      return void play.call(node, step.spec, { client: step.client })
    case 'repeat': {
      const earlier = nth(
        crowd.callers.filter(({ what }) => what === 'call'),
        step.which,
      )
      if (earlier === undefined) return
      tally.repeats += 1
      return void play.call(node, earlier.spec, { client: step.client })
    }
    case 'decide':
      return decide(play, step)
    case 'retry': {
      const asked = nth(crowd.asked, step.which)
      if (asked !== undefined) retry(play, node, asked, step)
      return
    }
    case 'put': {
      const put = nth(
        crowd.puts.filter((each) => !each.node.life.dead),
        step.which,
      )
      const given = put === undefined ? null : answersTo(stage, put, step.reply)
      return put?.answer(step.reply === 'nothing' ? null : given)
    }
    case 'poll':
    case 'update':
    case 'cancel': {
      const task = nth(crowd.tasks, step.which)
      if (task !== undefined) play.task(node, task, taskAct(stage, task, step))
      return
    }
    case 'abort': {
      const open = () =>
        crowd.callers.filter((caller) => caller.observed === null && !caller.abort.signal.aborted)
      if (!step.late) return nth(open(), step.which)?.abort.abort()
      await untilExecuting(stage, step.order)
      for (const { abort } of open()) abort.abort()
      return play.wait(step.which * 1000)
    }
    case 'wait':
      return play.wait(step.ms)
    case 'crash': {
      if (step.late) await untilExecuting(stage, step.order)
      stage.crashes += 1
      stage.gates.bury(node.life)
      tally.crashes += 1
      stage.nodes[step.node] = stage.fresh(step.order)
      return
    }
    case 'close': {
      node.closing.abort()
      stage.nodes[step.node] = stage.fresh(step.order)
      return
    }
    case 'rule': {
      const caller = nth(crowd.callers, step.which)
      // A caller that has asked the policy uses its answer: only stores wait in between.
      await quiet()
      stage.rules.set(caller?.spec.tool ?? 'operated', step.rule)
      tally.rules += 1
    }
  }
}

/** Goes on until an approval is being executed, and then a little further. */
async function untilExecuting({ gates, stores }: Stage, order: number): Promise<void> {
  const executing = () => stores.approvals.list({ state: 'executing' }).length > 0
  for (let left = 40; left > 0 && !executing(); left -= 1) await letThrough(gates, 1, order + left)
  await letThrough(gates, order % 6, order)
}

async function decide({ stage, tally }: Play, step: Extract<Step, { act: 'decide' }>): Promise<void> {
  const open = stage.stores.approvals.list().filter(({ state }) => state === 'pending')
  const approval = open[step.which % Math.max(1, open.length)]
  if (approval === undefined) return
  const decision = step.yes ? 'approve' : 'deny'
  const status = await stage.decide({ id: approval.id, decision, decidedBy: step.by })
  if (status === 'own_request') tally.ownRequests += 1
}

function retry(play: Play, node: Node, asked: Asked, { reply, as }: Extract<Step, { act: 'retry' }>): void {
  const { spec, requestState } = asked
  const other = spec.memberId === MEMBERS[0] ? MEMBERS[1] : MEMBERS[0]
  const inputResponses = as === 'self' ? answersTo(play.stage, asked, reply) : FORGED
  play.tally.retries += 1
  play.call(node, spec, {
    client: 'form',
    retry: { requestState, inputResponses },
    as: as === 'self' ? spec.memberId : other,
  })
}

/** A yes that the member never gave. */
const FORGED = { approval: { action: 'accept', content: { decision: 'approve' } } }

function taskAct(
  stage: Stage,
  { spec }: Crowd['tasks'][number],
  step: Extract<Step, { act: 'poll' | 'update' | 'cancel' }>,
): TaskAct {
  if (step.act === 'poll') return { what: 'poll', forms: step.forms }
  if (step.act === 'cancel') return { what: 'cancel' }
  // Whatever it may be asking: a task's questions have keys that are never used again.
  return {
    what: 'update',
    responses: answersTo(stage, { spec, keys: ['approval', '1.color', '2.color'] }, step.reply),
  }
}
