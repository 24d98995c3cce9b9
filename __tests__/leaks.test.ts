import { setMaxListeners } from 'node:events'
import type { Approval } from 'allv-mcp'
import type { CallOutcome } from '../lib/control-plane/request/call-outcome.js'
import type { CallInput } from '../lib/control-plane/request/call-stages.js'
import { handles, heap, listenersOf } from './leaks/footprint.js'
import { createYard, wait, type Yard, type YardOptions } from './leaks/waits.js'
import { LONG } from './support/long.js'

/** `npm run test:long` has ten times as many. */
const WAITS = LONG ? 10_000 : 1000
const BATCH = LONG ? 500 : 200
/** What a heap may have grown by after all waits: code that was compiled meanwhile, and no more than a few hundred bytes for each. */
const TOLERANCE_BYTES = (LONG ? 2 : 1) * 1024 * 1024

const FORM = { elicitation: { form: {} } }
const WITHIN_CALL = { task: false, form: 'call', url: 'none' } as const
const answering = (decision: 'approve' | 'deny'): Partial<CallInput> => ({
  waits: WITHIN_CALL,
  inputChannel: {
    capabilities: FORM,
    request: async () => ({ approval: { action: 'accept', content: { decision } } }),
  },
})
const silent: Partial<CallInput> = {
  waits: WITHIN_CALL,
  inputChannel: {
    capabilities: FORM,
    request: (_, until) =>
      new Promise((resolve) => until?.addEventListener('abort', () => resolve(null), { once: true })),
  },
}

interface Way {
  readonly title: string
  readonly hold?: number
  readonly ttlMs?: number
  readonly over?: Partial<CallInput>
  /** What ends the wait, once all of a batch wait. */
  readonly end?: (batch: {
    yard: Yard
    gone: readonly AbortController[]
    closing: AbortController
  }) => unknown
  /** How each of them is answered. */
  readonly expected: string
}

const decide =
  (decision: 'approve' | 'deny') =>
  async ({ yard }: { yard: Yard }) => {
    const open: readonly Approval[] = yard.stores.approvals.list({ state: 'pending' })
    for (const { id, workspaceId, memberId } of open) {
      await yard.stores.approvals.decide({ id, decision, decidedBy: 'operator' })
      await yard.plane.eventBus.publish({ type: 'approval_changed', workspaceId, memberId, approvalId: id })
    }
  }

const ways: readonly Way[] = [
  { title: 'with an approval', end: decide('approve'), expected: 'succeeded' },
  { title: 'with a no', end: decide('deny'), expected: 'APPROVAL_DENIED' },
  { title: 'by the expiry of the approval', ttlMs: 300, expected: 'APPROVAL_EXPIRED' },
  { title: 'by the end of the hold', hold: 30, expected: 'pending' },
  {
    title: 'with a client that disconnects',
    end: ({ gone }) => gone.map((each) => each.abort()),
    expected: 'CANCELLED',
  },
  { title: 'with a router that closes', end: ({ closing }) => closing.abort(), expected: 'pending' },
  { title: 'with a form that is accepted', over: answering('approve'), expected: 'succeeded' },
  { title: 'with a form that is declined', over: answering('deny'), expected: 'APPROVAL_DENIED' },
  { title: 'with a form that is not answered', hold: 30, over: silent, expected: 'pending' },
  {
    title: 'with a task that no client asks for',
    over: { waits: { task: true, form: 'none', url: 'none' } },
    expected: 'task',
  },
]

function telling(outcome: CallOutcome): string {
  return outcome.kind === 'ended' ? (outcome.outcome.errorCode ?? outcome.outcome.status) : outcome.kind
}

async function batch(yard: Yard, { over, end, expected }: Way, size: number): Promise<void> {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const gone = Array.from({ length: size }, () => new AbortController())
  const calls = gone.map(({ signal }, number) =>
    wait(yard, { number, signal, closing: closing.signal, ...(over === undefined ? {} : { over }) }),
  )
  if (end !== undefined) {
    while (yard.stores.approvals.list({ state: 'pending' }).length < size) await moment()
    await end({ yard, gone, closing })
  }
  const answers = (await Promise.all(calls)).map(telling)
  expect(new Set(answers)).toEqual(new Set([expected]))
  expect(gone.filter(({ signal }) => listenersOf(signal) > 0)).toEqual([])
  expect([listenersOf(closing.signal), yard.subscriptions(), yard.stores.approvals.waiting()]).toEqual([
    0, 0, 0,
  ])
  yard.renew()
}

/** Kinds of which there are more by more than the test runner's own comings and goings. */
function newHandles(before: Readonly<Record<string, number>>): readonly string[] {
  const now = Object.entries(handles())
  return now.flatMap(([kind, count]) => (count > (before[kind] ?? 0) + 5 ? [`${count} of ${kind}`] : []))
}

function moment(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function waits(yard: Yard, way: Way, count: number): Promise<void> {
  for (let left = count; left > 0; left -= BATCH) await batch(yard, way, Math.min(left, BATCH))
}

describe.each([
  ['a store that waits', { storeWaits: true }, WAITS],
  ['the event bus', { storeWaits: false }, WAITS / 10],
] as const)(
  'waits on %s leave nothing behind that end',
  (_, options: Pick<YardOptions, 'storeWaits'>, count: number) => {
    it.each(ways)(
      '$title',
      async (way) => {
        const { hold: approvalHoldMs = 60_000, ttlMs } = way
        const yard = createYard({ ...options, approvalHoldMs, ...(ttlMs === undefined ? {} : { ttlMs }) })
        // Code is compiled and caches fill up to their bounds first.
        await waits(yard, way, 2 * BATCH)
        const before = { heap: await heap(), handles: handles() }
        await waits(yard, way, count)
        await moment()
        expect(newHandles(before.handles)).toEqual([])
        expect((await heap()) - before.heap).toBeLessThan(TOLERANCE_BYTES)
      },
      120_000,
    )
  },
)
