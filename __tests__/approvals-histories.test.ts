import fc from 'fast-check'
import { type Clock, installClock } from './model-based/clock.js'
import { runHistory } from './model-based/reconnect.js'
import type { Stores } from './model-based/stage.js'
import { history, rounds } from './model-based/steps.js'
import { createTally, type Tally } from './model-based/tally.js'
import { LONG } from './support/long.js'

/** `npm run test:long` has ten times as many. */
const HISTORIES = LONG ? 50_000 : 5000

/** How often each of them comes up at least in 50,000: far below what is usual, far above an accident. */
const AT_LEAST: Partial<Tally> = {
  executions: 20_000,
  repeats: 20_000,
  retries: 5000,
  crashes: 5000,
  replays: 20_000,
  unknowns: 1000,
  denials: 5000,
  expiries: 5000,
  ownRequests: 500,
  staleStates: 500,
  conflicts: 200,
  tasksGiven: 10_000,
  tasksCompleted: 10_000,
  tasksCancelled: 5000,
  cancelsThatWon: 1000,
  cancelsThatLost: 200,
  asked: 10_000,
  crashedExecutions: 20,
  comebacks: 50_000,
  rules: 10_000,
  deniedByRule: 3000,
  rulesDown: 1000,
  otherApprovers: 1500,
  shiftedNodes: 40_000,
  keysOver: 200,
}

/** All of it in 50,000 histories. A tenth of them varies more: four standard deviations of a count are an accident there too. */
function leastIn(whole: number): number {
  if (LONG) return whole
  const part = whole / 10
  return Math.floor(part - 4 * Math.sqrt(part))
}

let clock: Clock
beforeAll(() => {
  clock = installClock()
})
afterAll(() => clock.restore())

it('executes at most once, only approved calls, and gives every caller that repeats a call its true outcome', async () => {
  const tally = createTally()
  // A new seed each time. When a sequence fails, fast-check reports the seed and the shortest such sequence.
  await fc.assert(
    fc.asyncProperty(history, (steps) => runHistory(steps, clock, tally)),
    { numRuns: HISTORIES },
  )
  console.log(tally)
  const rare = Object.entries(AT_LEAST).filter(([what, least]) => tally[what as keyof Tally] < leastIn(least))
  expect(rare).toEqual([])
  expect(tally.histories).toBe(HISTORIES)
}, 1_800_000)

describe('a broken store is detected', () => {
  /** Histories of every kind find a fault sooner or later; one that only rounds can show is looked for among rounds. */
  const bends: readonly [string, RegExp, (stores: Stores) => Stores, typeof history?][] = [
    [
      'its consume has two winners',
      /happens twice|node reports/,
      (stores) =>
        withApprovals(stores, ({ approvals }) => ({
          async consume(claim) {
            const won = await approvals.consume(claim)
            const found = won ?? (await approvals.get(claim))
            return found?.state === 'executing' ? { ...found, runId: claim.runId } : won
          },
        })),
    ],
    [
      'its consume takes what has expired',
      /between decision and expiry|comes back, expects/,
      (stores) =>
        withApprovals(stores, ({ approvals }) => ({
          async get(query) {
            const found = await approvals.get(query)
            return found?.state === 'expired' && found.decidedBy !== null
              ? { ...found, state: 'approved' }
              : found
          },
          async consume(claim) {
            const won = await approvals.consume(claim)
            const found = await approvals.get(claim)
            return found?.state === 'expired' ? { ...found, state: 'executing', runId: claim.runId } : won
          },
        })),
    ],
    [
      'it takes a denial for a yes',
      /not approved by somebody who may/,
      (stores) =>
        withApprovals(stores, ({ approvals }) => ({
          decide: (decision) => approvals.decide({ ...decision, decision: 'approve' }),
        })),
    ],
    [
      'it lets the requester decide',
      /by its requester|not approved by somebody who may/,
      (stores) =>
        withApprovals(stores, ({ approvals }) => ({
          async decide(decision) {
            const result = await approvals.decide(decision)
            if (result.status !== 'own_request') return result
            const decided = await approvals.decide({ ...decision, decidedBy: 'nobody' })
            own.add(decision.id)
            return decided
          },
          async get(query) {
            const found = await approvals.get(query)
            return found !== null && own.has(found.id) ? { ...found, decidedBy: found.memberId } : found
          },
        })),
    ],
    [
      'it forgets to settle',
      /nothing was lost/,
      (stores) => withApprovals(stores, () => ({ settle: async () => {} })),
    ],
    [
      'it makes an approval for each request',
      /comes back, expects/,
      (stores) =>
        withApprovals(stores, ({ approvals }) => ({
          request: (request) => approvals.request({ ...request, replayMs: -1 }),
        })),
    ],
    [
      'its runs forget their keys',
      /happens twice/,
      (stores) => ({
        ...stores,
        runs: { ...stores.runs, begin: (run) => stores.runs.begin({ ...run, idempotencyKey: null }) },
      }),
      rounds,
    ],
    [
      'its runs never end',
      /nothing was lost|is told|comes back|still/,
      (stores) => ({ ...stores, runs: { ...stores.runs, end: async () => {} } }),
    ],
    [
      'its rule is not asked again before an approval is used',
      /was not asked since the decision|while the rule says/,
      (stores) => {
        const said = new Map<string, ReturnType<Stores['policy']['evaluate']>>()
        const policy: Stores['policy'] = {
          evaluate(question) {
            const { correlationId } = question.context
            const known = said.get(correlationId) ?? stores.policy.evaluate(question)
            said.set(correlationId, known)
            return known
          },
        }
        return { ...stores, policy }
      },
    ],
    [
      'its rule is down, and says yes',
      /the rule said down/,
      (stores) => ({
        ...stores,
        policy: {
          evaluate: async (question) =>
            await stores.policy.evaluate(question).catch(() => ({ verdict: 'allow' as const })),
        },
      }),
    ],
    [
      'its approvals end by the clock of the node',
      /comes back, expects/,
      (stores) =>
        withApprovals(stores, ({ approvals }) => ({
          async get(query) {
            const found = await approvals.get(query)
            const isOpen = found?.state === 'pending' || found?.state === 'approved'
            return isOpen && found.expiresAt.getTime() <= Date.now() ? { ...found, state: 'expired' } : found
          },
        })),
    ],
    [
      'its keys end by the clock of the node',
      /refused with UNAUTHENTICATED|whose key is over/,
      (stores) => ({
        ...stores,
        apiKeys: {
          async findByDigest(query) {
            const found = await stores.apiKeys.findByDigest(query)
            if (found === null) return null
            const { valid: _, ...dates } = found
            return dates
          },
        },
      }),
    ],
    [
      'its sealed states end by the clock of the node',
      /refused before its time/,
      (stores) => ({ ...stores, vault: { sealer: (now) => stores.vault.sealer(now, 0) } }),
    ],
  ]
  const own = new Set<string>()

  it.each(bends)(
    '%s',
    async (_, problem, bend, among = history) => {
      const { failed, errorInstance } = await fc.check(
        fc.asyncProperty(among, (steps) => runHistory(steps, clock, createTally(), bend)),
        { numRuns: 30_000, endOnFailure: true },
      )
      expect(failed).toBe(true)
      expect(String(errorInstance)).toMatch(problem)
    },
    120_000,
  )
})

function withApprovals(stores: Stores, bend: (stores: Stores) => Partial<Stores['approvals']>): Stores {
  return { ...stores, approvals: { ...stores.approvals, ...bend(stores) } }
}
