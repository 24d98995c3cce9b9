import { digestApiKey } from 'allv-mcp'
import { approvalRequest, contextOf, runEnd } from '../../lib/testing/harness/context.js'
import { openEmbedded } from '../support/databases.js'
import { event, start } from '../testing/records.js'
import { createStore } from './stores.js'

/** Two workspaces whose members, keys, runs and entries have the same ids: every statement says which workspace it means. */

const embedded = await openEmbedded()
const { adapters } = createStore({ pool: embedded.pool, schema: embedded.schema })
const { apiKeys, members, memory, approvals, runs, audit } = adapters
afterAll(() => embedded.close())

const pair = () => {
  const name = crypto.randomUUID()
  return [`ws_a_${name}`, `ws_b_${name}`] as const
}
const all = { limit: 100, cursor: null }

it('separates keys', async () => {
  const [a, b] = pair()
  const keys = new Map<string, string | null>()
  for (const workspaceId of [a, b])
    keys.set(
      workspaceId,
      (await apiKeys.create({ id: 'key_1', workspaceId, name: workspaceId, scopes: [], members: 'any' })).key,
    )
  const find = (workspaceId: string) =>
    apiKeys.findByDigest({ digest: digestApiKey(keys.get(workspaceId) ?? '') })
  expect([(await find(a))?.workspaceId, (await find(b))?.workspaceId]).toEqual([a, b])
  expect((await apiKeys.list({ workspaceId: a })).map(({ name }) => name)).toEqual([a])
  const rotated = await apiKeys.rotate({ workspaceId: a, id: 'key_1' })
  expect(rotated).not.toBeNull()
  expect(await apiKeys.rotate({ workspaceId: a, id: 'key_1' })).toBeNull()
  expect((await find(b))?.revokedAt).toBeNull()
  expect((await apiKeys.list({ workspaceId: b })).map(({ id }) => id)).toEqual(['key_1'])
  expect(await apiKeys.revoke({ workspaceId: a, id: rotated?.id ?? '' })).toBe(true)
  expect((await find(b))?.revokedAt).toBeNull()
})

it('separates members', async () => {
  const [a, b] = pair()
  for (const workspaceId of [a, b])
    await members.put({ id: 'mem_1', workspaceId, email: 'one@both.test', active: true, name: workspaceId })
  await members.setActive({ workspaceId: a, memberId: 'mem_1', active: false })
  for (const [workspaceId, active] of [
    [a, false],
    [b, true],
  ] as const) {
    const found = { workspaceId, active, name: workspaceId }
    expect(await members.findById({ workspaceId, memberId: 'mem_1' })).toMatchObject(found)
    expect(await members.findByEmail({ workspaceId, email: 'ONE@both.test' })).toMatchObject(found)
  }
  expect(await members.findById({ workspaceId: `${a}x`, memberId: 'mem_1' })).toBeNull()
})

it('separates identities', async () => {
  const [a, b] = pair()
  const person = {
    issuer: 'https://id.test',
    subject: 'sub_1',
    kind: 'user',
    clientId: 'c',
    claims: {},
  } as const
  for (const workspaceId of [a, b])
    for (const id of ['mem_1', 'mem_2'])
      await members.put({ id, workspaceId, email: `${id}@both.test`, active: true })
  await members.link({ workspaceId: a, memberId: 'mem_1', ...person })
  await members.link({ workspaceId: b, memberId: 'mem_2', ...person })
  const found = async (workspaceId: string) =>
    (await members.findBySubject({ workspaceId, ...person }))?.id ?? null
  expect([await found(a), await found(b)]).toEqual(['mem_1', 'mem_2'])
  // The same link again changes nothing; another member must not take the person over.
  await members.link({ workspaceId: a, memberId: 'mem_1', ...person })
  await expect(members.link({ workspaceId: a, memberId: 'mem_2', ...person })).rejects.toThrow(
    'unlink it first',
  )
  const stranger = { ...person, subject: 'sub_9' }
  await expect(members.link({ workspaceId: a, memberId: 'mem_9', ...stranger })).rejects.toThrow(
    'no such member',
  )
  expect([await found(a), await found(b)]).toEqual(['mem_1', 'mem_2'])
  expect(await members.unlink({ workspaceId: `${a}x`, ...person })).toBe(false)
  expect(await members.unlink({ workspaceId: a, ...person, kind: 'client' })).toBe(false)
  expect([await found(a), await found(b)]).toEqual(['mem_1', 'mem_2'])
  expect(await members.unlink({ workspaceId: a, ...person })).toBe(true)
  expect([await found(a), await found(b)]).toEqual([null, 'mem_2'])
})

it('separates memory', async () => {
  const [a, b] = pair()
  await memory.put(a, { key: 'tone', text: 'of a', title: 'A' })
  await memory.put(b, { key: 'tone', text: 'of b', title: 'B' })
  await memory.put(b, { key: 'only b', text: 'b' })
  const read = async (workspaceId: string) => {
    const entry = await memory.read(contextOf(workspaceId), { key: 'tone' })
    return [entry?.text, entry?.title]
  }
  expect([await read(a), await read(b)]).toEqual([
    ['of a', 'A'],
    ['of b', 'B'],
  ])
  expect(await memory.read(contextOf(a), { key: 'only b' })).toBeNull()
  expect((await memory.list(contextOf(a), all)).entries.map(({ key }) => key)).toEqual(['tone'])
  expect(await memory.history({ workspaceId: a, key: 'only b' })).toEqual([])
  expect((await memory.history({ workspaceId: a, key: 'tone' })).map(({ text }) => text)).toEqual(['of a'])
  const change = {
    key: 'tone',
    operation: 'append',
    value: '!',
    expectedRevision: null,
    runId: 'run_1',
  } as const
  await memory.update(contextOf(a), change)
  expect(await read(b)).toEqual(['of b', 'B'])
  // Revisions count over all workspaces, so a caller may guess that of another one.
  const expectedRevision = (await memory.read(contextOf(b), { key: 'only b' }))?.revision ?? ''
  for (const operation of ['replace', 'append', 'delete'] as const) {
    const stale = await memory.update(contextOf(a), { ...change, operation, key: 'only b', expectedRevision })
    expect(stale).toEqual({ status: 'conflict', revision: null })
  }
  expect((await memory.read(contextOf(b), { key: 'only b' }))?.text).toBe('b')
  expect(await memory.remove(a, 'tone')).toBe(true)
  expect(await read(b)).toEqual(['of b', 'B'])
})

it('separates runs', async () => {
  const [a, b] = pair()
  const keyed = { idempotencyKey: 'k1' }
  expect(await runs.begin(start({ workspaceId: a, ...keyed }))).toEqual({ started: true })
  expect(await runs.begin(start({ workspaceId: b, ...keyed }))).toEqual({ started: true })
  expect(await runs.begin(start({ id: 'run_2', workspaceId: a, memberId: 'mem_2', ...keyed }))).toEqual({
    started: true,
  })
  expect(await runs.begin(start({ id: 'run_3', workspaceId: a, tool: 'another', ...keyed }))).toEqual({
    started: true,
  })
  const again = await runs.begin(start({ id: 'run_4', workspaceId: a, memberId: 'mem_2', ...keyed }))
  expect(again).toMatchObject({ started: false, run: { id: 'run_2', workspaceId: a, memberId: 'mem_2' } })
  const another = await runs.begin(start({ id: 'run_5', workspaceId: a, tool: 'another', ...keyed }))
  expect(another).toMatchObject({ started: false, run: { id: 'run_3', tool: 'another' } })
  await runs.end(runEnd({ id: 'run_1', workspaceId: a }))
  await runs.extend?.({ id: 'run_1', workspaceId: a, leaseMs: 1 })
  const status = async (workspaceId: string) => (await runs.get({ workspaceId, id: 'run_1' }))?.status
  expect([await status(a), await status(b)]).toEqual(['succeeded', 'running'])
  expect(await runs.get({ workspaceId: b, id: 'run_2' })).toBeNull()
  const ids = async (query: object) => {
    const page = await runs.list({ workspaceId: a, ...all, ...query })
    return page.runs.map(({ id }) => id).sort()
  }
  expect(await ids({})).toEqual(['run_1', 'run_2', 'run_3'])
  expect(await ids({ memberId: 'mem_2' })).toEqual(['run_2'])
  expect(await ids({ tool: 'another' })).toEqual(['run_3'])
  expect(await ids({ status: 'succeeded' })).toEqual(['run_1'])
})

it('separates approvals', async () => {
  const [a, b] = pair()
  const ask = (over: object) => approvals.request(approvalRequest(over))
  const first = await ask({ workspaceId: a, memberId: 'mem_1', tool: 'one' })
  const second = await ask({ workspaceId: a, memberId: 'mem_2', tool: 'two' })
  await ask({ workspaceId: b, memberId: 'mem_1', tool: 'one' })
  await approvals.decide({ id: second.id, decision: 'deny', decidedBy: 'operator' })
  const ids = async (query: object) =>
    (await approvals.list({ workspaceId: a, ...query })).approvals.map(({ id }) => id).sort()
  expect(await ids({})).toEqual([first.id, second.id].sort())
  expect(await ids({ memberId: 'mem_1' })).toEqual([first.id])
  expect(await ids({ tool: 'two' })).toEqual([second.id])
  expect(await ids({ state: 'pending' })).toEqual([first.id])
})

it('separates audit events', async () => {
  const [a, b] = pair()
  const of = (workspaceId: string | null, over: object = {}) => ({
    ...event,
    id: crypto.randomUUID(),
    workspaceId,
    ...over,
  })
  const events = [
    of(a, { type: 'memory.read', tool: 'one', runId: 'run_1', approvalId: 'apr_1' }),
    of(a, { memberId: 'mem_2', type: 'memory.listed', tool: 'two', runId: 'run_2', approvalId: 'apr_2' }),
    of(b, { type: 'memory.read', tool: 'one', runId: 'run_1', approvalId: 'apr_1' }),
  ]
  await audit.append(events)
  const ids = async (query: object) =>
    (await audit.list({ workspaceId: a, ...all, ...query })).events.map(({ id }) => id).sort()
  const [first, second] = events.map(({ id }) => id)
  expect(await ids({})).toEqual([first, second].sort())
  for (const query of [
    { memberId: 'mem_2' },
    { type: 'memory.listed' },
    { tool: 'two' },
    { runId: 'run_2' },
    { approvalId: 'apr_2' },
  ])
    expect(await ids(query)).toEqual([second])
})
