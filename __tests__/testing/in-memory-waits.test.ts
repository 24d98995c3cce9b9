import { setTimeout as sleep } from 'node:timers/promises'
import type { ApprovalRequest } from 'allv-mcp'
import { createInMemoryApprovals } from 'allv-mcp/testing'

const request: ApprovalRequest = {
  id: 'apr_1',
  binding: 'binding_1',
  workspaceId: 'ws_acme',
  memberId: 'mem_maria',
  tool: 'deals.delete',
  definitionDigest: 'd',
  argumentsDigest: 'a',
  idempotencyKey: null,
  approver: 'operator',
  arguments: {},
  summary: null,
  credentialId: 'key_1',
  credentialKind: 'api-key',
  face: 'mcp',
  client: null,
  runId: 'run_1',
  ttlMs: 60_000,
  replayMs: 500,
}

function createStore() {
  let ms = 0
  const approvals = createInMemoryApprovals({ clock: () => new Date(ms) })
  const advance = (by: number) => {
    ms += by
  }
  const approve = () => approvals.decide({ id: 'apr_1', decision: 'approve', decidedBy: 'operator' })
  const wait = (signal = new AbortController().signal) =>
    approvals.wait({ id: 'apr_1', state: 'pending', signal })
  return { approvals, advance, approve, wait }
}

/** Timers that were set, and not yet cleared nor run out, with how many were set in all. */
const timers = { live: new Set<unknown>(), set: 0 }
const { setTimeout: realSet, clearTimeout: realClear } = globalThis

beforeEach(() => {
  timers.live.clear()
  timers.set = 0
  const counted = (act: () => void, ms?: number) => {
    const timer = realSet(() => {
      timers.live.delete(timer)
      act()
    }, ms)
    timers.live.add(timer)
    timers.set += 1
    return timer
  }
  const cleared = (timer: unknown) => {
    timers.live.delete(timer)
    realClear(timer as NodeJS.Timeout)
  }
  Object.assign(globalThis, { setTimeout: counted, clearTimeout: cleared })
})

afterEach(() => {
  Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear })
})

it('does not end early on a clock that stands still, and ends soon after the clock has moved', async () => {
  const { approvals, advance, wait } = createStore()
  await approvals.request({ ...request, ttlMs: 20 })
  let state: string | undefined
  const waiting = wait().then((found) => {
    state = found?.state
  })
  await sleep(80)
  expect([state, approvals.waiting()]).toEqual([undefined, 1])
  advance(20)
  await waiting
  expect([state, approvals.waiting(), timers.live.size]).toEqual(['expired', 0, 0])
})

it('waits with one timer for longer than a timer can', async () => {
  const { approvals, approve, wait } = createStore()
  await approvals.request({ ...request, ttlMs: 2 ** 40 })
  const waiting = wait()
  await sleep(30)
  expect([approvals.waiting(), timers.set]).toEqual([1, 1])
  await approve()
  expect((await waiting)?.state).toBe('approved')
})

it('keeps no process alive', async () => {
  const { approvals, wait } = createStore()
  await approvals.request(request)
  const alive = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = alive()
  const abort = new AbortController()
  const waiting = wait(abort.signal)
  expect([alive() - before, timers.live.size]).toEqual([0, 1])
  abort.abort()
  await waiting
})

it.each(['a decision', 'an abort', 'both'])(
  'leaves no timer and no listener behind after %s',
  async (end) => {
    const { approvals, approve, wait } = createStore()
    await approvals.request(request)
    const aborts = Array.from({ length: 500 }, () => new AbortController())
    const waits = aborts.map(({ signal }) => wait(signal))
    expect([approvals.waiting(), timers.live.size]).toEqual([500, 500])
    if (end !== 'an abort') await approve()
    if (end !== 'a decision') for (const abort of aborts) abort.abort()
    await Promise.all(waits)
    expect([approvals.waiting(), timers.live.size]).toEqual([0, 0])
  },
)
