import { type BusEvent, digestApiKey, isWellFormedApiKey } from 'allv-mcp'
import { migrate, prune } from 'allv-mcp/postgres'
import {
  approvalRequest,
  contextOf,
  outcomeOf,
  runEnd,
  runUpdate,
} from '../../lib/testing/harness/context.js'
import { openEmbedded } from '../support/databases.js'
import { until } from '../support/scene.js'
import { event, start } from '../testing/records.js'
import { allEvents, createStore } from './stores.js'

/** Methods for the host outside of requests, on PGlite: PostgreSQL runs the same statements. */

const embedded = await openEmbedded()
const { pool, schema } = embedded
const { adapters } = createStore({ pool, schema })
const { apiKeys, members, memory, approvals, runs, audit } = adapters
afterAll(() => embedded.close())

const unique = (prefix: string) => `${prefix}_${crypto.randomUUID()}`
const minutes = (count: number) => new Date(Date.now() + count * 60_000)

it.each<[unknown, unknown]>([
  [{ workspaceId: 'ws_acme', key: 'tone', text: 'formal' }, undefined],
  ['ws_acme', { key: 'tone', value: 'formal' }],
])('memory.put says what an entry needs: %j', async (workspaceId, entry) => {
  const put = memory.put(workspaceId as never, entry as never)
  await expect(put).rejects.toThrow("a memory entry needs a key and a text: { key: 'tone', text: 'formal' }")
})

it('migrate says what it needs', async () => {
  await expect(migrate(undefined as never)).rejects.toThrow('migrate needs an object: migrate({ pool })')
})

describe('API keys', () => {
  const wanted = () => ({
    workspaceId: unique('ws'),
    name: 'Cursor',
    scopes: ['memory:read'],
    members: ['mem_1'],
  })

  it('are not made or replaced by a call with a misspelt option', async () => {
    const key = wanted()
    const { workspaceId } = key
    const soon = { ...key, expires: minutes(5) }
    await expect(apiKeys.create(soon as never)).rejects.toThrow(
      'unknown option "expires" of apiKeys.create; write expiresAt; the options are workspaceId, name, scopes, members, expiresAt, mode, digest, id',
    )
    await expect(apiKeys.create({ ...key, expiresat: minutes(5) } as never)).rejects.toThrow(
      'write expiresAt;',
    )
    expect(await apiKeys.list({ workspaceId })).toEqual([])
    const { id } = await apiKeys.create(key)
    await expect(apiKeys.rotate({ workspaceId, id, overlap: 60_000 } as never)).rejects.toThrow(
      'unknown option "overlap" of apiKeys.rotate',
    )
    expect(await apiKeys.list({ workspaceId })).toMatchObject([{ id, revokedAt: null }])
  })

  it.each<[object | undefined, string]>([
    [undefined, 'apiKeys.create needs an object'],
    [{ name: undefined }, 'a key needs name, a text that is not empty'],
    [{ members: 'mem_1' }, "a key needs members: 'any', or a list"],
    [{ scopes: undefined }, 'a key needs scopes: a list'],
  ])('say what is missing or wrong: %j', async (wrong, message) => {
    const made = apiKeys.create((wrong && { ...wanted(), ...wrong }) as never)
    await expect(made).rejects.toThrow(TypeError)
    await expect(made).rejects.toThrow(message)
  })

  it('are shown once, and stored as digests only', async () => {
    const { workspaceId, ...rest } = wanted()
    const { id, key } = await apiKeys.create({ workspaceId, ...rest, mode: 'test' })
    expect(isWellFormedApiKey(key ?? '')).toBe(true)
    const found = await apiKeys.findByDigest({ digest: digestApiKey(key ?? '') })
    expect(found).toMatchObject({ id, workspaceId, ...rest, expiresAt: null, revokedAt: null })
    const [listed] = await apiKeys.list({ workspaceId })
    expect(listed).toMatchObject({ id, hint: `sk_test_…${key?.slice(-4)}`, replaces: null })
    const { rows } = await pool.query(`select row_to_json(k)::text as all from "${schema}".api_keys k`)
    expect(JSON.stringify(rows)).not.toContain(key)
  })

  it('are rotated with an overlap, and once only', async () => {
    const { workspaceId } = wanted()
    const old = await apiKeys.create({ ...wanted(), workspaceId })
    const next = await apiKeys.rotate({ workspaceId, id: old.id, overlapMs: 60_000 })
    const [oldKey, newKey] = await Promise.all(
      [old, next].map((issued) => apiKeys.findByDigest({ digest: digestApiKey(issued?.key ?? '') })),
    )
    expect(newKey).toMatchObject({
      id: next?.id,
      scopes: ['memory:read'],
      members: ['mem_1'],
      revokedAt: null,
    })
    expect(Math.abs(Number(oldKey?.revokedAt) - minutes(1).getTime())).toBeLessThan(5000)
    expect(await apiKeys.rotate({ workspaceId, id: old.id })).toBeNull()
    expect(await apiKeys.rotate({ workspaceId: unique('ws'), id: next?.id ?? '' })).toBeNull()
    const both = await Promise.all([1, 2].map(() => apiKeys.rotate({ workspaceId, id: next?.id ?? '' })))
    expect(both.filter((issued) => issued !== null)).toHaveLength(1)
  })

  it('are revoked at once or later, but never later than an earlier revocation', async () => {
    const { workspaceId } = wanted()
    const { id, key } = await apiKeys.create({ ...wanted(), workspaceId })
    const revokedAt = async () => (await apiKeys.findByDigest({ digest: digestApiKey(key ?? '') }))?.revokedAt
    expect(await apiKeys.revoke({ workspaceId: unique('ws'), id })).toBe(false)
    expect(await revokedAt()).toBeNull()
    await apiKeys.revoke({ workspaceId, id, at: minutes(60) })
    expect(Number(await revokedAt())).toBeGreaterThan(minutes(59).getTime())
    expect(await apiKeys.revoke({ workspaceId, id })).toBe(true)
    await apiKeys.revoke({ workspaceId, id, at: minutes(60) })
    expect(Number(await revokedAt())).toBeLessThanOrEqual(Date.now() + 1000)
  })

  it('say when they were last used, and no request waits for it', async () => {
    const { workspaceId } = wanted()
    const { key } = await apiKeys.create({ ...wanted(), workspaceId })
    const lastUsed = async () => (await apiKeys.list({ workspaceId }))[0]?.lastUsedAt
    expect(await lastUsed()).toBeNull()
    await apiKeys.findByDigest({ digest: digestApiKey(key ?? '') })
    await until(async () => (await lastUsed()) instanceof Date)
  })

  it('accept no invalid digest', async () => {
    await expect(apiKeys.create({ ...wanted(), digest: 'abc' })).rejects.toThrow(TypeError)
  })
})

it('refuses an extra of a member, which it cannot store', async () => {
  const member = { id: unique('mem'), workspaceId: unique('ws'), email: 'ada@acme.test', active: true }
  await expect(members.put({ ...member, extra: { plan: 'pro' } } as never)).rejects.toThrow(
    /^members.put cannot store extra: leave it out, and add it in a members adapter of your own/,
  )
  expect(await members.findById({ workspaceId: member.workspaceId, memberId: member.id })).toBeNull()
})

it('allows an email address once in a workspace', async () => {
  const member = { id: unique('mem'), workspaceId: unique('ws'), email: 'Ada@acme.test', active: true }
  await members.put(member)
  await expect(members.put({ ...member, id: unique('mem'), email: 'ada@ACME.test' })).rejects.toThrow(
    'another member of this workspace has this email address',
  )
  expect(
    await members.setActive({ workspaceId: member.workspaceId, memberId: member.id, active: false }),
  ).toBe(true)
  expect((await members.findById({ workspaceId: member.workspaceId, memberId: member.id }))?.active).toBe(
    false,
  )
  expect(await members.setActive({ workspaceId: unique('ws'), memberId: member.id, active: true })).toBe(
    false,
  )
})

it('keeps the history of a memory entry, with the member of each change, and publishes changes of the host', async () => {
  const workspaceId = unique('ws')
  const context = contextOf(workspaceId)
  const published: BusEvent[] = []
  const end = adapters.events.subscribe((news) => news.workspaceId === workspaceId && published.push(news))
  await adapters.events.ready()
  await memory.put(workspaceId, { key: 'tone', text: 'formal', title: 'Tone' })
  const change = { key: 'tone', value: ' and brief', expectedRevision: null, runId: 'run_1' }
  await memory.update(context, { ...change, operation: 'append' })
  expect(await memory.remove(workspaceId, 'tone')).toBe(true)
  expect(await memory.remove(workspaceId, 'tone')).toBe(false)
  const history = await memory.history({ workspaceId, key: 'tone' })
  expect(history.map(({ operation, text, memberId, runId }) => [operation, text, memberId, runId])).toEqual([
    ['delete', null, null, null],
    ['append', 'formal and brief', 'mem_contract', 'run_1'],
    ['replace', 'formal', null, null],
  ])
  const revisions = history.map(({ revision }) => Number(revision))
  expect([...revisions].sort((a, b) => b - a)).toEqual(revisions)
  await until(async () => published.length === 4)
  expect(published[2]).toEqual({
    type: 'memory_changed',
    workspaceId,
    memberId: null,
    key: 'tone',
    deleted: true,
  })
  end()
  await expect(memory.update(context, { ...change, value: '\0', operation: 'append' })).rejects.toThrow(
    TypeError,
  )
})

describe('approvals', () => {
  it('are listed by filter, in pages, the newest first', async () => {
    const workspaceId = unique('ws')
    const ids = []
    for (let i = 0; i < 5; i += 1) {
      const request = approvalRequest({ workspaceId, tool: i % 2 === 0 ? 'even' : 'odd' })
      ids.unshift((await approvals.request(request)).id)
    }
    await approvals.decide({ id: ids[0] ?? '', decision: 'deny', decidedBy: 'operator' })
    const first = await approvals.list({ workspaceId, limit: 3 })
    const second = await approvals.list({ workspaceId, limit: 3, cursor: first.nextCursor })
    expect([...first.approvals, ...second.approvals].map(({ id }) => id)).toEqual(ids)
    expect(second.nextCursor).toBeNull()
    const listed = async (filter: object) =>
      (await approvals.list({ workspaceId, ...filter })).approvals.map(({ id }) => id)
    expect(await listed({ state: 'denied' })).toEqual([ids[0]])
    expect(await listed({ tool: 'odd' })).toEqual([ids[1], ids[3]])
    expect(await listed({ memberId: 'mem_none' })).toEqual([])
    expect((await approvals.list({ workspaceId: unique('ws') })).approvals).toEqual([])
  })

  it('are decided together with their audit event, or not at all', async () => {
    const workspaceId = unique('ws')
    const { id } = await approvals.request(approvalRequest({ workspaceId }))
    // The fact cannot be stored: a decision without it must not be there either.
    await pool.query(
      `alter table "${schema}".audit_events add constraint none check (type <> 'approval.decided') not valid`,
    )
    await expect(approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })).rejects.toThrow()
    expect((await approvals.get({ id }))?.state).toBe('pending')
    await pool.query(`alter table "${schema}".audit_events drop constraint none`)
    await approvals.decide({ id, decision: 'approve', decidedBy: 'operator', channel: 'cli' })
    expect(await allEvents(adapters, workspaceId)).toMatchObject([
      {
        type: 'approval.decided',
        approvalId: id,
        outcome: 'approved',
        decidedBy: 'operator',
        channel: 'cli',
      },
    ])
    expect((await approvals.decide({ id: 'a\0', decision: 'deny', decidedBy: 'x' })).status).toBe('not_found')
    expect(await approvals.get({ id: '\ud800' })).toBeNull()
  })

  it('keep any arguments and outcomes as they came', async () => {
    const odd = {
      nul: 'a\0b',
      half: '\ud800',
      order: { z: 1, a: 2 },
      big: 2 ** 80,
      text: '"\\u0000"',
    }
    const { id } = await approvals.request(
      approvalRequest({ arguments: odd, client: { name: 'a\0', version: '' } }),
    )
    await approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    await approvals.consume({ id, runId: 'run_1', leaseMs: 1000 })
    const outcome = { ...outcomeOf('run_1'), result: { structuredContent: odd } }
    await approvals.settle({ id, runId: 'run_1', outcome })
    const kept = await approvals.get({ id })
    expect([kept?.arguments, kept?.outcome, kept?.client?.name]).toEqual([odd, outcome, 'a\0'])
    expect(Object.keys(kept?.arguments['order'] ?? {})).toEqual(['z', 'a'])
  })
})

it('lists audit events by every filter', async () => {
  const workspaceId = unique('ws')
  const events = [
    { ...event, id: unique('evt'), workspaceId },
    { ...event, id: unique('evt'), workspaceId, memberId: 'mem_2', at: new Date('2026-02-01') },
    { ...event, id: unique('evt'), workspaceId, type: 'run.started' as const, runId: 'run_1', tool: 'a.b' },
    { ...event, id: unique('evt'), workspaceId, type: 'approval.consumed' as const, approvalId: 'apr_1' },
  ]
  await audit.append(events)
  const listed = async (filter: object) =>
    (await audit.list({ workspaceId, limit: 10, cursor: null, ...filter })).events.map(({ id }) =>
      events.findIndex((one) => one.id === id),
    )
  expect(await listed({})).toEqual([3, 2, 1, 0])
  expect(await listed({ memberId: 'mem_2' })).toEqual([1])
  expect(await listed({ type: 'run.started' })).toEqual([2])
  expect(await listed({ runId: 'run_1' })).toEqual([2])
  expect(await listed({ tool: 'a.b' })).toEqual([2])
  expect(await listed({ approvalId: 'apr_1' })).toEqual([3])
  expect(await listed({ from: new Date('2026-02-01') })).toEqual([1])
  expect(await listed({ until: new Date('2026-02-01') })).toEqual([3, 2, 0])
})

describe('prune', () => {
  const age = (table: string, columns: readonly string[], where: string, days: number) =>
    pool.query(
      `update "${schema}".${table} set ${columns.map((column) => `${column} = ${column} - interval '${days} days'`).join(', ')} where ${where}`,
    )
  const RUN_TIMES = ['begun_at', 'ended_at', 'lease_ends_at']
  const APPROVAL_TIMES = ['requested_at', 'expires_at', 'decided_at', 'settled_at', 'lease_ends_at']

  it('removes old runs, but none whose idempotency key or approval still counts', async () => {
    const workspaceId = unique('ws')
    const kinds = ['old', 'fresh', 'waiting', 'of a live approval'] as const
    const { id: approvalId } = await approvals.request(approvalRequest({ workspaceId }))
    for (const id of kinds) {
      await runs.begin(start({ id, workspaceId, idempotencyKey: id }))
      const run = { id, workspaceId }
      if (id === 'of a live approval')
        await runs.update({
          ...runUpdate(run),
          status: 'pending_approval',
          approvalId,
          endedAt: new Date(),
        })
      else if (id !== 'waiting') await runs.end({ ...runEnd(run), endedAt: new Date() })
    }
    await age('runs', RUN_TIMES, `workspace_id = '${workspaceId}' and id <> 'fresh'`, 3)
    // Its lease was extended until just now.
    await pool.query(
      `update "${schema}".runs set lease_ends_at = now() where workspace_id = $1 and id = 'waiting'`,
      [workspaceId],
    )
    expect(await prune({ pool, schema, before: { runs: minutes(60) } })).toMatchObject({ runs: 1, audit: 0 })
    const left = (await runs.list({ workspaceId, limit: 10, cursor: null })).runs.map(({ id }) => id)
    expect(left).toEqual(['of a live approval', 'waiting', 'fresh'])
    expect((await runs.begin(start({ id: 'again', workspaceId, idempotencyKey: 'fresh' }))).started).toBe(
      false,
    )
  })

  it('removes approvals that answer no calls any more, and no other', async () => {
    const workspaceId = unique('ws')
    const make = async (replayMs: number) => {
      const { id } = await approvals.request(approvalRequest({ workspaceId, replayMs, ttlMs: 864e5 * 10 }))
      await approvals.decide({ id, decision: 'deny', decidedBy: 'operator' })
      return id
    }
    const [over, replayed] = [await make(1000), await make(864e5 * 30)]
    const { id: pending } = await approvals.request(approvalRequest({ workspaceId, ttlMs: 864e5 * 10 }))
    const { id: expired } = await approvals.request(approvalRequest({ workspaceId, ttlMs: 1000 }))
    await age('approvals', APPROVAL_TIMES, `workspace_id = '${workspaceId}'`, 3)
    expect(await prune({ pool, schema, before: { approvals: minutes(-60) } })).toMatchObject({ approvals: 2 })
    const left = (await approvals.list({ workspaceId })).approvals.map(({ id }) => id)
    expect([left, left.includes(over), left.includes(expired)]).toEqual([[pending, replayed], false, false])
  })

  it('removes old audit events and former texts, and keeps current texts', async () => {
    const workspaceId = unique('ws')
    await audit.append([{ ...event, id: unique('evt'), workspaceId }])
    await memory.put(workspaceId, { key: 'a', text: '1' })
    await memory.put(workspaceId, { key: 'a', text: '2' })
    const before = { audit: minutes(-1), memoryHistory: minutes(-1) }
    expect(await prune({ pool, schema, before })).toMatchObject({ audit: 0, memoryHistory: 0 })
    await age('audit_events', ['recorded_at'], `workspace_id = '${workspaceId}'`, 1)
    await age('memory_history', ['changed_at'], `workspace_id = '${workspaceId}'`, 1)
    expect(await prune({ pool, schema, before })).toMatchObject({ audit: 1, memoryHistory: 1 })
    expect((await memory.history({ workspaceId, key: 'a' })).map(({ text }) => text)).toEqual(['2'])
  })

  it('removes only the kinds that were named', async () => {
    const none = { runs: 0, approvals: 0, audit: 0, memoryHistory: 0 }
    expect(await prune({ pool, schema, before: {} })).toEqual(none)
    expect(await migrate({ pool, schema })).toEqual({ applied: [] })
  })
})
