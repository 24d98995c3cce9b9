/** Runs and audit adapters that break one promise each. */

import type { AuditEvent, Run, RunsAdapter } from 'allv-mcp'
import { auditContract, createInMemoryRuns, runsContract } from 'allv-mcp/testing'
import { type Broken, pause } from './collect.js'
import { auditHarness } from './harnesses.js'

type SoundRuns = ReturnType<typeof createInMemoryRuns>

function bent(adapter: string, notices: string, bend: (sound: SoundRuns) => Partial<RunsAdapter>): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      runsContract(runner, async () => {
        const sound = createInMemoryRuns()
        return { adapter: { ...sound, ...bend(sound) } }
      }),
  }
}

/** Pages that are cut out of a sorted list. */
const cut = (runs: readonly Run[], from: number, limit: number) => ({
  runs: runs.slice(from, from + limit),
  nextCursor: from + limit < runs.length ? String(from + limit) : null,
})

const newestFirst = ({ all }: SoundRuns, workspaceId: string) =>
  all()
    .filter((run) => run.workspaceId === workspaceId)
    .reverse()

export const brokenRuns: readonly Broken[] = [
  bent('end that forgets the outcome', 'keeps a run from', ({ end }) => ({
    end: (ended) => end({ ...ended, outcome: { ...ended.outcome, result: null } }),
  })),
  bent('runs of other workspaces', 'finds no run of another', ({ all }) => ({
    get: async ({ id }) => all().find((run) => run.id === id) ?? null,
  })),
  bent('the last end wins', 'ends a run that waited', (sound) => {
    const last = new Map<string, object>()
    return {
      end: async (end) => void last.set(end.id, end),
      async get(query) {
        const run = await sound.get(query)
        return run === null ? null : { ...run, ...last.get(run.id) }
      },
    }
  }),
  bent('an outcome without repeatable', 'keeps every member of an outcome', ({ end }) => ({
    end: ({ outcome: { repeatable: _, ...outcome }, ...ended }) => end({ ...ended, outcome }),
  })),
  bent('an end that minds no checkpoint', 'ends a run only if its checkpoint', ({ end }) => ({
    end: ({ ifCheckpoint: _, ...ended }) => end(ended),
  })),
  bent('an end that looks before it writes', 'lets one of an end and an update', ({ end, get }) => ({
    async end({ ifCheckpoint, ...ended }) {
      const run = await get(ended)
      await pause()
      if (ifCheckpoint === undefined || run?.checkpoint === ifCheckpoint) await end(ended)
    },
  })),
  bent('a run that is running for ever', 'reads unknown once', ({ begin }) => ({
    begin: (start) => begin({ ...start, leaseMs: 1e9 }),
  })),
  bent('a lease on people', 'has no lease', ({ get, begin }) => {
    const over = new Map<string, number>()
    return {
      async begin(start) {
        over.set(start.id, Date.now() + start.leaseMs)
        return begin(start)
      },
      async get(query) {
        const run = await get(query)
        if (run?.outcome !== null || (over.get(run.id) ?? 0) > Date.now()) return run
        return { ...run, status: 'unknown' }
      },
    }
  }),
  bent('an extension of any workspace', 'moves the lease of a running', ({ extend, all }) => ({
    extend: async (lease) => {
      const found = all().find(({ id }) => id === lease.id)
      await extend({ ...lease, workspaceId: found?.workspaceId ?? '' })
    },
  })),
  bent('an update that does not say whether it was written', 'writes what a run waits for', ({ update }) => ({
    update: async (changes) => update(changes).then(() => false),
  })),
  bent('an update that always says that it was written', 'writes nothing to a run that', ({ update }) => ({
    update: async (changes) => update(changes).then(() => true),
  })),
  bent('an update of runs of any workspace', 'writes nothing to a run that', ({ update, all }) => ({
    update: (changes) => {
      const found = all().find(({ id }) => id === changes.id)
      return update({ ...changes, workspaceId: found?.workspaceId ?? '' })
    },
  })),
  bent('a checkpoint that is written whatever it was', 'writes nothing unless', ({ update }) => ({
    update: ({ ifCheckpoint: _, ...changes }) => update(changes),
  })),
  bent('checkpoints that are compared without case', 'writes nothing unless', ({ update, get }) => ({
    async update({ ifCheckpoint, ...changes }) {
      const now = (await get(changes))?.checkpoint ?? null
      const same = now?.toLowerCase() === ifCheckpoint?.toLowerCase()
      return update({ ...changes, ...(ifCheckpoint === undefined ? {} : { ifCheckpoint: same ? now : 'x' }) })
    },
  })),
  bent('an update that looks before it writes', 'writes one of 200', ({ update, get }) => ({
    async update({ ifCheckpoint, ...changes }) {
      const run = await get(changes)
      await pause()
      return (ifCheckpoint === undefined || run?.checkpoint === ifCheckpoint) && update(changes)
    },
  })),
  bent('a checkpoint that is lost with the next update', 'keeps a checkpoint', ({ update }) => ({
    update: (changes) => update({ checkpoint: null, ...changes }),
  })),
  bent('a checkpoint that is cut', 'keeps a checkpoint', ({ update }) => ({
    update: ({ checkpoint, ...changes }) =>
      update({
        ...changes,
        ...(checkpoint ? { checkpoint: checkpoint.slice(0, 65_535) } : { checkpoint: null }),
      }),
  })),
  bent('begin that looks before it writes', 'starts one of 200', ({ begin, all }) => ({
    async begin(start) {
      const earlier = all().find(({ idempotencyKey: key }) => key !== null && key === start.idempotencyKey)
      await pause()
      if (earlier !== undefined) return { started: false, run: earlier }
      return begin({ ...start, idempotencyKey: start.idempotencyKey && crypto.randomUUID() })
    },
  })),
  bent('begin that gives the run as it began', 'gives a repeat the run', ({ begin }) => ({
    async begin(start) {
      const begun = await begin(start)
      return begun.started ? begun : { ...begun, run: { ...begun.run, status: 'running' } }
    },
  })),
  bent('one key for all members', 'scopes an idempotency key', ({ begin }) => ({
    begin: (start) => begin(start.idempotencyKey === null ? start : { ...start, memberId: 'anybody' }),
  })),
  bent('no key as a key', 'starts every run without', ({ begin }) => ({
    begin: (start) => begin({ ...start, idempotencyKey: start.idempotencyKey ?? 'none' }),
  })),
  bent('the oldest first', 'lists the newest first', (sound) => ({
    list: async ({ workspaceId, cursor, limit }) =>
      cut(newestFirst(sound, workspaceId).reverse(), Number(cursor), limit),
  })),
  bent('a cursor of time alone', 'lists runs that began at the same moment', (sound) => ({
    async list({ workspaceId, cursor, limit }) {
      const older = newestFirst(sound, workspaceId).filter(
        ({ startedAt }) => cursor === null || startedAt.toISOString() < cursor,
      )
      const { runs, nextCursor } = cut(older, 0, limit)
      return { runs, nextCursor: nextCursor && (runs.at(-1)?.startedAt.toISOString() ?? null) }
    },
  })),
  bent('a cursor of position', 'repeats and skips nothing', (sound) => ({
    list: async ({ workspaceId, cursor, limit }) =>
      cut(newestFirst(sound, workspaceId), Number(cursor), limit),
  })),
  bent('a filter within the page', 'lists by member, status', ({ list }) => ({
    async list({ memberId, status, tool, ...query }) {
      const { runs, nextCursor } = await list({ ...query, ...(tool === undefined ? {} : { tool }) })
      const fits = (run: Run) => !memberId || run.memberId === memberId
      return { runs: runs.filter(fits), nextCursor }
    },
  })),
]

type Log = AuditEvent[]
type Append = (events: readonly AuditEvent[]) => Promise<void>

function log(adapter: string, notices: string, appendTo: (kept: Log) => Append): Broken {
  return {
    adapter,
    notices,
    suite: (runner) =>
      auditContract(runner, async () => {
        const kept: Log = []
        return {
          adapter: { append: appendTo(kept) },
          read: async (id) => kept.filter(({ workspaceId }) => workspaceId === id),
        }
      }),
  }
}

export const brokenAudit: readonly Broken[] = [
  {
    adapter: 'a filter that finds nothing',
    notices: 'finds events by each fact',
    suite: (runner) => auditContract(runner, async () => ({ ...auditHarness(), filter: async () => [] })),
  },
  log('an audit log out of order', 'keeps events complete and in the order', (kept) => async (events) => {
    kept.push(...[...events].reverse())
  }),
  log(
    'an audit log that resolves early',
    'keeps events complete and in the order',
    (kept) => async (events) => {
      setTimeout(() => kept.push(...events), 5)
    },
  ),
  log('an audit log that drops refusals', 'keeps every field', (kept) => async (events) => {
    kept.push(...events.filter(({ workspaceId }) => workspaceId !== null))
  }),
  log('an audit log without deciders', 'keeps every field', (kept) => async (events) => {
    kept.push(...events.map(({ decidedBy: _, ...event }) => event))
  }),
  log('an audit log that takes no odd text', 'keeps every field', (kept) => async (events) => {
    if (JSON.stringify(events).includes('\\u')) throw new TypeError('no text')
    kept.push(...events)
  }),
  log('appends that tear each other apart', 'loses none of concurrent appends, and', (kept) => {
    const slowly = [3, 1, 2]
    return async (events) => {
      await Promise.all(
        events.map(async (event, i) => {
          for (let waited = 0; waited < (slowly[i % 3] ?? 0); waited += 1) await pause()
          kept.push(event)
        }),
      )
    }
  }),
  log(
    'a trail by time of arrival, newest first',
    'keeps the order of one append',
    (kept) => async (events) => {
      kept.unshift(...events)
    },
  ),
  log('an audit log that can be rewritten', 'changes and removes nothing', (kept) => async (events) => {
    for (const event of events) {
      const place = kept.findIndex(({ id }) => id === event.id)
      if (place === -1) kept.push(event)
      else kept[place] = event
    }
  }),
  log('append that needs an event', 'accepts an empty list', (kept) => async (events) => {
    if (events.length === 0) throw new RangeError('no events')
    kept.push(...events)
  }),
]
