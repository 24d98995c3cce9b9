import { createPostgresAdapters, type PostgresAdapters } from 'allv-mcp/postgres'
import { approvalRequest, contextOf, outcomeOf, runEnd } from '../../lib/testing/harness/context.js'
import { openPostgres } from '../support/databases.js'
import { event, start } from '../testing/records.js'

/** Times do not depend on time zone and format of the session. A time that cannot be stored is refused, and the error names it. */

const postgres = await openPostgres()
const unique = (prefix: string) => `${prefix}_${crypto.randomUUID()}`
const SESSIONS = [
  '',
  '-c TimeZone=Asia/Tokyo',
  '-c TimeZone=America/St_Johns -c DateStyle=SQL,DMY',
  '-c TimeZone=Pacific/Kiritimati -c DateStyle=German -c IntervalStyle=sql_standard',
  '-c TimeZone=Etc/GMT+12 -c extra_float_digits=-15 -c IntervalStyle=iso_8601',
]
const LAST = new Date('9999-12-31T23:59:59.999Z')
const ENDS = [
  LAST,
  new Date('9999-12-31T12:00:00Z'),
  new Date('2100-02-28T23:59:59.001Z'),
  new Date('1969-12-31T23:59:59.999Z'),
]
const UNKEPT = [
  new Date(Number.NaN),
  new Date(8.64e15),
  new Date('+010000-01-01T00:00:00Z'),
  new Date(-8.64e15),
  'soon' as never,
]

it('runs if PostgreSQL answers', () => {
  expect(postgres === null || URL.canParse(postgres.url)).toBe(true)
})

if (postgres !== null) {
  const opened: PostgresAdapters[] = []
  afterAll(async () => {
    for (const { events } of opened) await events.close()
    await postgres.close()
  })
  const storesOf = (options: string): PostgresAdapters => {
    const stores = createPostgresAdapters({
      pool: postgres.node({ options }),
      schema: postgres.schema,
    })
    opened.push(stores)
    return stores
  }
  const wanted = () => ({ workspaceId: unique('ws'), name: 'k', scopes: [], members: 'any' }) as const

  it.each(SESSIONS)('reads every time as it was written: %p', async (options) => {
    const { apiKeys, memory, runs, audit, approvals } = storesOf(options)
    const workspaceId = unique('ws')
    for (const expiresAt of ENDS) {
      const { id } = await apiKeys.create({ ...wanted(), workspaceId, expiresAt })
      const listed = (await apiKeys.list({ workspaceId })).find((key) => key.id === id)
      expect(listed?.expiresAt).toEqual(expiresAt)
      await apiKeys.revoke({ workspaceId, id, at: expiresAt })
      expect((await apiKeys.list({ workspaceId })).find((key) => key.id === id)?.revokedAt).toEqual(expiresAt)
      const run = start({ id: unique('run'), workspaceId, startedAt: expiresAt })
      await runs.begin(run)
      await runs.end({ ...runEnd(run), endedAt: expiresAt })
      expect(await runs.get(run)).toMatchObject({ startedAt: expiresAt, endedAt: expiresAt })
      await audit.append([{ ...event, id: unique('evt'), workspaceId, at: expiresAt }])
      expect((await audit.list({ workspaceId, limit: 1, cursor: null })).events[0]?.at).toEqual(expiresAt)
    }
    const near = (date: Date | null | undefined) => Math.abs(Number(date) - Date.now()) < 60_000
    await memory.put(workspaceId, { key: 'a', text: 'a' })
    const [entry] = (await memory.list(contextOf(workspaceId), { cursor: null, limit: 1 })).entries
    const [change] = await memory.history({ workspaceId, key: 'a' })
    const { id } = await approvals.request(approvalRequest({ workspaceId, ttlMs: 60_000 }))
    await approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    await approvals.consume({ id, runId: 'run_1', leaseMs: 60_000 })
    await approvals.settle({ id, runId: 'run_1', outcome: outcomeOf('run_1') })
    const kept = await approvals.get({ id })
    expect(
      [entry?.updatedAt, change?.changedAt, kept?.requestedAt, kept?.decidedAt, kept?.settledAt].map(near),
    ).toEqual(Array(5).fill(true))
    expect(kept?.outcome).toEqual(outcomeOf('run_1'))
  })

  it.each(SESSIONS)('ends a wait when an approval changes by time: %p', async (options) => {
    const { approvals } = storesOf(options)
    const { id } = await approvals.request(approvalRequest({ workspaceId: unique('ws'), ttlMs: 200 }))
    const { signal } = new AbortController()
    expect((await approvals.wait({ id, state: 'pending', signal }))?.state).toBe('expired')
  })

  it('refuses an expiry that cannot be stored, names it, and stores nothing', async () => {
    const { apiKeys } = storesOf('')
    const key = wanted()
    const { id } = await apiKeys.create(key)
    for (const at of UNKEPT) {
      await expect(apiKeys.create({ ...key, expiresAt: at })).rejects.toThrow(/^expiresAt must be/)
      await expect(apiKeys.create({ ...key, expiresAt: at })).rejects.toThrow(TypeError)
      await expect(apiKeys.revoke({ workspaceId: key.workspaceId, id, at })).rejects.toThrow(/^at must be/)
    }
    for (const overlapMs of [Number.NaN, Number.POSITIVE_INFINITY, -1, 2.6e15, '5' as never])
      await expect(apiKeys.rotate({ workspaceId: key.workspaceId, id, overlapMs })).rejects.toThrow(
        /^overlapMs must be/,
      )
    expect(await apiKeys.list(key)).toMatchObject([{ id, revokedAt: null }])
    const next = await apiKeys.rotate({ workspaceId: key.workspaceId, id, overlapMs: 1234.5 })
    expect(next).not.toBeNull()
  })

  it('accepts any time in a filter, and no text that is no time', async () => {
    const { audit } = storesOf('-c TimeZone=Asia/Tokyo')
    const workspaceId = unique('ws')
    await audit.append([{ ...event, id: unique('evt'), workspaceId }])
    const count = async (filter: object) =>
      (await audit.list({ workspaceId, limit: 10, cursor: null, ...filter })).events.length
    expect(await count({ from: new Date(-8.64e15), until: new Date(8.64e15) })).toBe(1)
    expect(await count({ from: new Date(8.64e15) })).toBe(0)
    await expect(count({ from: new Date(Number.NaN) })).rejects.toThrow(/^from must be a valid Date/)
  })

  it('rotates no expired key', async () => {
    const { apiKeys } = storesOf('')
    const key = wanted()
    const { id } = await apiKeys.create({ ...key, expiresAt: new Date(Date.now() - 1) })
    expect(await apiKeys.rotate({ workspaceId: key.workspaceId, id })).toBeNull()
    expect(await apiKeys.list(key)).toHaveLength(1)
  })
}
