/** Guarantee: a call runs once, for any number of callers, and an approved call only after one decision of another person. */

import { NotGiven } from './case.js'
import { type Answer, type Client, shown, type ToolRequest } from './client.js'
import {
  approve,
  decide,
  ensure,
  type Guarantee,
  isUnderWay,
  makeTenant,
  newToken,
  requestApproval,
  runsOf,
  type Scene,
  succeeded,
} from './scene.js'

/** Concurrent callers of one call. */
const CALLERS = 20
/** Concurrent decisions about one approval. */
const DECISIONS = 20

const KEYED_CURE =
  'begin a run with an idempotency key in one statement: a unique index on workspace, member, tool and key, and an insert that does nothing on a conflict'
const CONSUME_CURE =
  "consume an approval in one statement: update … set state = 'executing' where id = … and state = 'approved', and let one caller see the changed row"

export const executionGuarantees: readonly Guarantee[] = [
  ...([1, 2] as const).flatMap((nodes): readonly Guarantee[] => [
    {
      title: `runs ${CALLERS} concurrent calls with one idempotency key once${over(nodes)}`,
      cure: KEYED_CURE,
      nodes,
      body: runsKeyedCallOnce,
    },
    {
      title: `runs an approved call once for ${CALLERS} concurrent callers, and answers repeats with its outcome${over(nodes)}`,
      cure: CONSUME_CURE,
      nodes,
      approvals: true,
      body: runsApprovedCallOnce,
    },
  ]),
  {
    title: `takes one of ${DECISIONS} concurrent decisions`,
    cure: "decide in one statement: update … where id = … and state = 'pending', and answer not_pending if no row changed",
    approvals: true,
    body: takesOneDecision,
  },
  {
    title:
      'runs nothing before a decision, nothing that was denied, and no other arguments than those approved',
    cure: 'give an approval the state that was decided; look approvals up by the whole binding; consume only what is approved',
    approvals: true,
    body: runsOnlyWhatWasApproved,
  },
  {
    title: 'lets no requester approve their own call',
    cure: "refuse in decide: if approver is 'operator' and decidedBy is the memberId of the approval, answer own_request and change nothing",
    approvals: true,
    async body(scene) {
      const caller = await makeTenant(scene)
      const [client] = scene.clients
      const token = newToken()
      const id = await requestApproval(client, caller, { token })
      const status = await decide(scene, id, 'approve', caller.memberId)
      const request = { tool: 'verify_approved', arguments: { token }, task: true }
      const answer = await client.call(caller, request)
      ensure(
        status === 'own_request' && runsOf(scene, token) === 0 && isUnderWay(answer),
        () => `the requester decided their own approval: decide answered ${status}`,
      )
    },
  },
]

function over(nodes: 1 | 2): string {
  return nodes === 2 ? ', over two nodes' : ''
}

/** All at once, in turn over the nodes. */
function callAtOnce(
  { clients }: Scene,
  caller: Parameters<Client['call']>[0],
  request: ToolRequest,
): Promise<readonly Answer[]> {
  const clientOf = (i: number) => clients[i % clients.length] ?? clients[0]
  return Promise.all(Array.from({ length: CALLERS }, (_, i) => clientOf(i).call(caller, request)))
}

async function runsKeyedCallOnce(scene: Scene): Promise<void> {
  const caller = await makeTenant(scene)
  const token = newToken()
  const request = { tool: 'verify_count', arguments: { token }, idempotencyKey: token }
  const answers = await callAtOnce(scene, caller, request)
  if (answers.some(({ code }) => code === 'IDEMPOTENCY_UNSUPPORTED'))
    throw new NotGiven('the host stores no runs')
  ensureOnce(scene, token, `${CALLERS} concurrent calls with one idempotency key`)
  ensureAnswered(answers, token)
  const repeat = await scene.clients[0].call(caller, request)
  ensureOnce(scene, token, 'a call and its repeat with the same idempotency key')
  ensure(succeeded(repeat, token), () => `a repeat did not get the outcome of the call: ${shown(repeat)}`)
  const other = { ...request, arguments: { token: newToken() } }
  const conflict = await scene.clients[0].call(caller, other)
  ensure(
    runsOf(scene, other.arguments.token) === 0,
    () => `other arguments ran under a used idempotency key: ${shown(conflict)}`,
  )
}

async function runsApprovedCallOnce(scene: Scene): Promise<void> {
  const caller = await makeTenant(scene)
  const token = newToken()
  const id = await requestApproval(scene.clients[0], caller, { token })
  const request = { tool: 'verify_approved', arguments: { token } }
  await approve(scene, id)
  const answers = await callAtOnce(scene, caller, request)
  ensureOnce(scene, token, `${CALLERS} concurrent callers of one approved call`)
  ensureAnswered(answers, token)
  for (const client of scene.clients) {
    const repeat = await client.call(caller, request)
    ensureOnce(scene, token, 'an approved call and its repeat')
    ensure(
      succeeded(repeat, token),
      () => `a repeat did not get the outcome of the approved call: ${shown(repeat)}`,
    )
  }
}

function ensureOnce(scene: Scene, token: string, what: string): void {
  const count = runsOf(scene, token)
  ensure(count === 1, () => `${what} ran the tool ${count} times, not once`)
}

function ensureAnswered(answers: readonly Answer[], token: string): void {
  const odd = answers.find((answer) => !succeeded(answer, token) && !isUnderWay(answer))
  ensure(odd === undefined, () => `one of the concurrent callers got no outcome: ${odd && shown(odd)}`)
  ensure(
    answers.some((answer) => succeeded(answer, token)),
    () => 'none of the concurrent callers got the result',
  )
}

async function takesOneDecision(scene: Scene): Promise<void> {
  const caller = await makeTenant(scene)
  const id = await requestApproval(scene.clients[0], caller, { token: newToken() })
  const decisions = Array.from({ length: DECISIONS }, (_, i) =>
    decide(scene, id, i % 2 === 0 ? 'approve' : 'deny', `verify_operator_${i}`),
  )
  const taken = (await Promise.all(decisions)).filter((status) => status === 'decided')
  ensure(
    taken.length === 1,
    () => `${taken.length} of ${DECISIONS} concurrent decisions about one approval were taken, not one`,
  )
  const late = await decide(scene, id, 'deny', 'verify_late')
  ensure(late !== 'decided', () => 'an approval that was decided was decided again')
}

async function runsOnlyWhatWasApproved(scene: Scene): Promise<void> {
  const caller = await makeTenant(scene)
  const [client] = scene.clients
  const [denied, approved, other] = [newToken(), newToken(), newToken()]
  const ask = (token: string, task: boolean) =>
    client.call(caller, { tool: 'verify_approved', arguments: { token }, task })
  const deniedId = await requestApproval(client, caller, { token: denied })
  const approvedId = await requestApproval(client, caller, { token: approved })
  await ask(approved, true)
  ensure(runsOf(scene, approved) === 0, () => 'a call ran before its approval was decided')
  await decide(scene, deniedId, 'deny')
  await approve(scene, approvedId)
  const refusal = await ask(denied, false)
  ensure(
    runsOf(scene, denied) === 0 && refusal.code === 'APPROVAL_DENIED',
    () => `a call that was denied was answered ${shown(refusal)}`,
  )
  await ask(other, true)
  ensure(runsOf(scene, other) === 0, () => 'a call ran under the approval of other arguments')
}
