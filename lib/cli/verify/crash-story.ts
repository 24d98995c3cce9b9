/** Plays a crash: calls, SIGKILL in the middle of two tools, a restart, and the same calls again. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { VerifiedHost } from '../../testing/index.js'
import { type ChildApp, openChildApp } from './child-app.js'
import { type Answer, type Caller, type Client, createClient, shown, type ToolRequest } from './client.js'
import { type Execution, LEASE_MS, type ProbeTool } from './probe.js'
import {
  addMember,
  approve,
  issueKey,
  isUnderWay,
  makeTenant,
  newToken,
  requestApproval,
  runsOf,
  succeeded,
} from './scene.js'

/** A call, after the restart. */
interface Repeated {
  /** How often its tool ran in all. */
  readonly runs: number
  /** The last answer: a code, or a sentence. */
  readonly answer: string
}

/** What happened. `null`: the host has no store for it. */
export interface CrashFacts {
  readonly restarted: { readonly known: boolean; readonly answer: string }
  readonly revoked: string | null
  readonly keyed: Repeated | null
  readonly approved: Repeated | null
  readonly ended: (Repeated & { readonly replayed: boolean }) | null
  readonly pending: Repeated | null
}

interface Before {
  readonly caller: Caller
  readonly revoked: Caller | null
  readonly calls: { readonly [name in 'keyed' | 'approved' | 'ended' | 'pending']: Call | null }
  readonly pendingId: string | null
}

interface Call extends ToolRequest {
  readonly tool: ProbeTool
  readonly arguments: { readonly token: string }
}

/** Takes as long as a lease. */
export async function playCrash(module: string, host: VerifiedHost): Promise<CrashFacts> {
  const executions: Execution[] = []
  const ran = (execution: Execution) => executions.push(execution)
  const first = await openChildApp(module, ran)
  const before = await prepare(first, {
    executions,
    hasApprovals: !host.lacks?.includes('approvals'),
  }).finally(() => first.kill())
  const killedAt = Date.now()
  const second = await openChildApp(module, ran)
  try {
    return await lookAgain(second, before, { executions, until: killedAt + LEASE_MS + MARGIN_MS })
  } finally {
    await second.kill()
  }
}

const MARGIN_MS = 20_000

async function prepare(
  { url, app }: ChildApp,
  { executions, hasApprovals }: { readonly executions: readonly Execution[]; readonly hasApprovals: boolean },
): Promise<Before> {
  const client = createClient(url)
  const caller = await makeTenant({ app })
  const ended = keyedCall('verify_count')
  const hasRuns = (await client.call(caller, ended)).code !== 'IDEMPOTENCY_UNSUPPORTED'
  const keyed = hasRuns ? keyedCall('verify_hang') : null
  const approved = hasApprovals ? callOf('verify_approved_hang') : null
  const pending = hasApprovals ? callOf('verify_approved') : null
  const pendingId =
    pending === null ? null : await requestApproval(client, caller, { token: pending.arguments.token })
  if (approved !== null) {
    const { token } = approved.arguments
    await approve({ app }, await requestApproval(client, caller, { token, tool: approved.tool }))
  }
  // Neither is answered: their process is killed before.
  for (const call of [keyed, approved]) {
    if (call === null) continue
    client.call(caller, call).catch(() => {})
    await untilRuns(executions, call)
  }
  const revoked = await revokedKey(app, caller)
  return { caller, revoked, calls: { keyed, approved, pending, ended: hasRuns ? ended : null }, pendingId }
}

async function revokedKey(app: ChildApp['app'], caller: Caller): Promise<Caller | null> {
  const extra = { ...caller, ...(await issueKey({ app }, caller.workspaceId)) }
  const isRevoked = await app.revokeKey?.({ workspaceId: caller.workspaceId, id: extra.keyId }).then(
    () => true,
    () => false,
  )
  return isRevoked ? extra : null
}

async function untilRuns(
  executions: readonly Execution[],
  { tool, arguments: { token } }: Call,
): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (runsOf({ executions }, token) > 0) return
    await sleep(20)
  }
  throw new Error(`the call of ${tool} did not begin`)
}

async function lookAgain(
  { url, app }: ChildApp,
  before: Before,
  { executions, until }: { readonly executions: readonly Execution[]; readonly until: number },
): Promise<CrashFacts> {
  const client = createClient(url)
  const first = callOf('verify_count')
  const known = await client.call(before.caller, first)
  const isKnown = succeeded(known, first.arguments.token)
  const caller = isKnown ? before.caller : await introduceAgain(app, before.caller)
  const { revoked, calls, pendingId } = before
  const refusal = revoked === null || !isKnown ? null : await client.call(revoked, callOf('verify_count'))
  if (pendingId !== null)
    await app.decide?.({ id: pendingId, decision: 'approve', decidedBy: 'verify_operator' })
  const repeat = async (call: Call | null) => {
    if (call === null) return null
    const answer = await repeatUntil(client, caller, { call, until })
    const { token } = call.arguments
    const runs = runsOf({ executions }, token)
    return { runs, answer: answer.code ?? shown(answer), replayed: succeeded(answer, token) }
  }
  const [keyed, approved, ended, pending] = await Promise.all([
    repeat(calls.keyed),
    repeat(calls.approved),
    repeat(calls.ended),
    repeat(calls.pending),
  ])
  return {
    restarted: { known: isKnown, answer: shown(known) },
    revoked: refusal === null ? null : (refusal.code ?? shown(refusal)),
    keyed,
    approved,
    ended,
    pending,
  }
}

/** For an app that has forgotten its members and keys: the other stores are verified nevertheless. */
async function introduceAgain(app: ChildApp['app'], { workspaceId, memberId }: Caller): Promise<Caller> {
  await addMember({ app }, workspaceId)
  return { workspaceId, memberId, ...(await issueKey({ app }, workspaceId)) }
}

/** Repeats a call as a client does, while it is said to run. */
async function repeatUntil(
  client: Client,
  caller: Caller,
  { call, until }: { readonly call: Call; readonly until: number },
): Promise<Answer> {
  for (;;) {
    const answer = await client.call(caller, call)
    if (!isUnderWay(answer) || Date.now() > until) return answer
    await sleep(500)
  }
}

function callOf(tool: ProbeTool): Call {
  return { tool, arguments: { token: newToken() } }
}

function keyedCall(tool: ProbeTool): Call {
  const call = callOf(tool)
  return { ...call, idempotencyKey: call.arguments.token }
}
