/** Approvals adapters that break one promise each. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Approval, ApprovalsAdapter } from 'allv-mcp'
import { type ApprovalsHarness, approvalsContract } from 'allv-mcp/testing'
import type { Broken } from './collect.js'
import { approvalsHarness } from './harnesses.js'

type Sound = ReturnType<typeof approvalsHarness> & {
  adapter: Required<Omit<ApprovalsAdapter, 'url' | 'decide'>>
}

function bent(
  adapter: string,
  notices: string,
  bend: (sound: Sound) => Partial<ApprovalsAdapter>,
  bendHarness: (sound: Sound) => Partial<ApprovalsHarness> = () => ({}),
): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      approvalsContract(runner, async () => {
        const harness = approvalsHarness()
        const sound = {
          ...harness,
          adapter: { wait: async () => null, extend: async () => {}, ...harness.adapter },
        }
        return { ...harness, adapter: { ...sound.adapter, ...bend(sound) }, ...bendHarness(sound) }
      }),
  }
}

const FOREVER = 1e9
const never = () => new Promise<never>(() => {})
const fresh = () => ({ binding: crypto.randomUUID() })

export const brokenRequests: readonly Broken[] = [
  bent('request that forgets the arguments', 'makes a pending approval that holds', ({ adapter }) => ({
    request: (asked) => adapter.request({ ...asked, arguments: {} }),
  })),
  bent('request that never joins', 'joins 200 concurrent', ({ adapter }) => ({
    request: (asked) => adapter.request({ ...asked, ...fresh() }),
  })),
  bent('request that races after an end', 'makes one approval of many', ({ adapter }) => {
    const first = new Map<string, string>()
    return {
      async request(asked) {
        const before = await adapter.get({ id: first.get(asked.binding) ?? '' })
        if (before?.state === 'expired') return adapter.request({ ...asked, ...fresh() })
        const approval = await adapter.request(asked)
        if ('id' in approval) first.set(asked.binding, approval.id)
        return approval
      },
    }
  }),
  bent('request that asks again after a denial', 'joins an approval in every state', ({ adapter }) => ({
    async request(asked) {
      const approval = await adapter.request(asked)
      return 'id' in approval && approval.state === 'denied'
        ? adapter.request({ ...asked, ...fresh() })
        : approval
    },
  })),
  bent('request without a limit', 'leaves as many approvals', ({ adapter }) => ({
    request: ({ maxPending: _, ...asked }) => adapter.request(asked),
  })),
  bent('a limit for the whole workspace', 'leaves as many approvals', ({ adapter }) => ({
    request: (asked) => adapter.request({ ...asked, memberId: 'mem_contract' }),
  })),
  bent('a limit that refuses to join', 'leaves as many approvals', ({ adapter }) => {
    let refused = false
    return {
      async request(asked) {
        const given = refused ? ({ status: 'too_many_pending' } as const) : await adapter.request(asked)
        refused ||= 'status' in given
        return given
      },
    }
  }),
  bent('replay for ever', 'makes a new approval when one', ({ adapter }) => ({
    request: (asked) => adapter.request({ ...asked, replayMs: FOREVER }),
  })),
  bent('approvals that never expire', 'expires by time', ({ adapter }) => ({
    request: (asked) => adapter.request({ ...asked, ttlMs: FOREVER }),
  })),
]

const taken = (approval: Approval | null, runId: string) =>
  approval === null ? null : { ...approval, state: 'executing' as const, runId, consumedAt: new Date() }

export const brokenExecution: readonly Broken[] = [
  bent(
    'decisions without a reason',
    'records a decision',
    () => ({}),
    ({ decide }) => ({ decide: ({ id, decision, decidedBy }) => decide({ id, decision, decidedBy }) }),
  ),
  bent(
    'decisions by the requester',
    'takes one decision, and not from the requester',
    () => ({}),
    ({ decide }) => ({
      decide: (decision) => decide({ ...decision, decidedBy: `not ${decision.decidedBy}` }),
    }),
  ),
  bent(
    'decisions by nobody',
    'rejects an empty or blank',
    () => ({}),
    ({ decide }) => ({
      decide: (decision) => decide({ ...decision, decidedBy: decision.decidedBy.trim() || 'nobody' }),
    }),
  ),
  bent('consume that lets two win', 'lets one of 200', ({ adapter }) => {
    let losers = 0
    return {
      async consume(claim) {
        const won = await adapter.consume(claim)
        if (won !== null) return won
        losers += 1
        return losers === 1 ? taken(await adapter.get(claim), claim.runId) : null
      },
    }
  }),
  bent('consume that needs no decision', 'consumes only what is approved', ({ adapter }) => ({
    consume: async (claim) => (await adapter.consume(claim)) ?? taken(await adapter.get(claim), claim.runId),
  })),
  bent('settle that keeps half the outcome', 'keeps the outcome', ({ adapter }) => ({
    settle: ({ outcome, ...rest }) => adapter.settle({ ...rest, outcome: { ...outcome, result: null } }),
  })),
  bent('settle by any run', 'settles only what is executing', ({ adapter }) => ({
    settle: async ({ id, outcome }) =>
      adapter.settle({ id, outcome, runId: (await adapter.get({ id }))?.runId ?? '' }),
  })),
  bent('an extension for any run', 'moves the lease of an execution', ({ adapter }) => ({
    async extend(claim) {
      const found = await adapter.get(claim)
      await adapter.extend({ ...claim, runId: found?.runId ?? '' })
    },
  })),
  bent('a lease that never ends', 'reads unknown', ({ adapter }) => ({
    consume: (claim) => adapter.consume({ ...claim, leaseMs: FOREVER }),
  })),
]

export const brokenWaits: readonly Broken[] = [
  bent('wait that gives nothing', 'wakes a waiter on a decision', ({ adapter }) => ({
    wait: async (query) => adapter.wait(query).then(() => null),
  })),
  bent('wait that sleeps through a decision', 'wakes 200 waits for', ({ adapter }) => ({
    wait: async (query) => {
      const woken = await adapter.wait(query)
      return woken?.state === 'denied' ? never() : woken
    },
  })),
  bent('wait for decisions only', 'wakes when an approval is consumed', ({ adapter }) => ({
    wait: (query) => (query.state === 'pending' ? adapter.wait(query) : never()),
  })),
  bent('wait without a timer', 'wakes when an approval expires', ({ adapter }) => ({
    wait: async (query) => {
      const woken = await adapter.wait(query)
      return woken?.state === 'expired' ? never() : woken
    },
  })),
  bent('wait that wakes for nothing', 'does not wake while nothing', ({ adapter }) => ({
    wait: (query) => Promise.race([adapter.wait(query), sleep(20).then(() => adapter.get(query))]),
  })),
  bent('wait that is deaf to its signal', 'resolves when its signal aborts', ({ adapter }) => ({
    wait: (query) => adapter.wait({ ...query, signal: new AbortController().signal }),
  })),
  bent('wait for what is not there', 'gives null for an approval', ({ adapter }) => ({
    wait: async (query) => (await adapter.wait(query)) ?? never(),
  })),
  bent('wait that leaves a listener', 'wakes 200 waits for', ({ adapter }) => ({
    wait: (query) => {
      query.signal.addEventListener('abort', () => {})
      return adapter.wait(query)
    },
  })),
  bent(
    'wait that leaves a timer',
    'wakes a waiter on a decision',
    () => ({}),
    () => ({ waiting: () => 1 }),
  ),
]
