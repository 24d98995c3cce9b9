import type { Adapters, ToolResult } from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import { runEnd } from '../../lib/testing/harness/context.js'
import { event, key, maria, start } from './records.js'
import { MARIA, smallTools } from './small-adapters.js'

/** Under jest, dates that `structuredClone` made are of another realm. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

/** Changes whatever can be changed in a value that was handed out or handed in. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (isDate(value)) value.setTime(0)
  else {
    for (const [name, item] of Object.entries(value)) {
      spoil(item)
      Reflect.set(value, name, 'spoiled')
    }
    Reflect.set(value, 'more', 'spoiled')
  }
}

describe('all adapters', () => {
  it('are accepted by the library, and empty without a seed', async () => {
    const adapters = createInMemoryAdapters() satisfies Adapters
    expect(Object.keys(adapters).sort()).toEqual(
      ['apiKeys', 'approvals', 'audit', 'features', 'members', 'memory', 'runs', 'tools'].sort(),
    )
    expect(await adapters.tools.list(MARIA)).toEqual([])
    await expect(async () => adapters.tools.call(MARIA, { name: 'any' } as never)).rejects.toThrow(TypeError)
    expect(await adapters.memory.list(MARIA, { cursor: null, limit: 10 })).toEqual({
      entries: [],
      nextCursor: null,
    })
    expect(await adapters.apiKeys.findByDigest({ digest: 'd'.repeat(64) })).toBeNull()
    expect(await adapters.tools.evaluate?.({} as never)).toEqual({ verdict: 'allow' })
    expect(await adapters.features?.isEnabled({ flag: 'any', workspaceId: 'any' })).toBe(true)
  })

  it('contain their seed', async () => {
    const tools = smallTools()
    const at = new Date('2026-03-01T00:00:00Z')
    const adapters = createInMemoryAdapters({
      apiKeys: [key()],
      members: [maria],
      memory: { ws_acme: [{ key: 'tone', title: 'Tone', text: 'formal' }], ws_globex: [] },
      flags: { mcp_server_v1: { ws_globex: false, ws_acme: true } },
      tools,
      clock: () => at,
    })
    expect(adapters.tools).toBe(tools)
    expect(await adapters.apiKeys.findByDigest(key())).toEqual(key())
    expect(await adapters.members.findById({ workspaceId: 'ws_acme', memberId: 'mem_maria' })).toEqual(maria)
    expect(await adapters.memory.read(MARIA, { key: 'tone' })).toEqual({
      key: 'tone',
      title: 'Tone',
      text: 'formal',
      revision: expect.any(String),
      updatedAt: at,
    })
    const isOn = (workspaceId: string) => adapters.features.isEnabled({ flag: 'mcp_server_v1', workspaceId })
    expect([await isOn('ws_acme'), await isOn('ws_globex')]).toEqual([true, false])
    adapters.features.set('mcp_server_v1', 'ws_globex', true)
    expect(await isOn('ws_globex')).toBe(true)
  })
})

describe('a store', () => {
  it('cannot be changed through what it took or gave', async () => {
    const { apiKeys, members, memory, runs, audit } = createInMemoryAdapters()
    const result: ToolResult = { structuredContent: { deals: [{ id: 1 }] } }
    const outcome = {
      status: 'succeeded',
      runId: 'run_1',
      endedAt: new Date(5),
      errorCode: null,
      message: null,
      result,
    } as const
    const end = {
      id: 'run_1',
      workspaceId: 'ws_acme',
      status: 'succeeded',
      approvalId: null,
      errorCode: null,
      endedAt: new Date(5),
      outcome,
    } as const
    const given = structuredClone({
      key: key(),
      maria,
      start: start(),
      end,
      event,
      entry: { key: 'tone', text: 'formal' },
    })
    apiKeys.add(given.key)
    members.add(given.maria)
    memory.put('ws_acme', given.entry)
    await runs.begin(given.start)
    await runs.end(given.end)
    await audit.append([given.event])
    const look = async () => ({
      key: await apiKeys.findByDigest(key()),
      keys: apiKeys.all(),
      byId: await members.findById({ workspaceId: 'ws_acme', memberId: 'mem_maria' }),
      byEmail: await members.findByEmail({ workspaceId: 'ws_acme', email: 'Maria@acme.test' }),
      entry: await memory.read(MARIA, { key: 'tone' }),
      entries: await memory.list(MARIA, { cursor: null, limit: 10 }),
      run: await runs.get({ workspaceId: 'ws_acme', id: 'run_1' }),
      runs: await runs.list({ workspaceId: 'ws_acme', limit: 10, cursor: null }),
      all: runs.all(),
    })
    const before = structuredClone(await look())
    expect(before).toMatchObject({
      key: key(),
      byId: maria,
      byEmail: maria,
      run: { startedAt: start().startedAt },
    })
    const events = structuredClone(audit.events)
    spoil(given)
    spoil(await look())
    expect(structuredClone(await look())).toEqual(before)
    expect(structuredClone(audit.events)).toEqual(events)
    expect(() => Object.assign(audit.events, [])).not.toThrow()
    expect(Object.isFrozen(audit.events)).toBe(true)
    await audit.append([{ ...event, id: 'evt_2' }])
    expect(audit.events.map(({ id }) => id)).toEqual(['evt_1', 'evt_2'])
  })
})

describe('api keys', () => {
  it('end at the given date, now by default, and say whether there was such a key', async () => {
    const { apiKeys } = createInMemoryAdapters({ apiKeys: [key()] })
    expect(apiKeys.revoke('key_2')).toBe(false)
    expect(apiKeys.revoke('key_1', new Date('2027-01-01T00:00:00Z'))).toBe(true)
    expect((await apiKeys.findByDigest(key()))?.revokedAt).toEqual(new Date('2027-01-01T00:00:00Z'))
    const before = Date.now()
    apiKeys.revoke('key_1')
    expect(apiKeys.all()[0]?.revokedAt?.getTime()).toBeGreaterThanOrEqual(before)
  })

  it('that are replaced are not found by their former digest', async () => {
    const { apiKeys } = createInMemoryAdapters({ apiKeys: [key()] })
    const rotated = key({ digest: 'e'.repeat(64) })
    apiKeys.add(rotated)
    expect(await apiKeys.findByDigest(key())).toBeNull()
    expect(await apiKeys.findByDigest(rotated)).toEqual(rotated)
    expect(apiKeys.all()).toEqual([rotated])
  })
})

describe('members', () => {
  it('with another email address are not found by the former one, even when another member has it', async () => {
    const { members } = createInMemoryAdapters({ members: [maria] })
    const find = (email: string) => members.findByEmail({ workspaceId: 'ws_acme', email })
    members.add({ ...maria, email: 'm.lopez@acme.test' })
    expect(await find('maria@acme.test')).toBeNull()
    const heir = { ...maria, id: 'mem_heir', email: 'm.lopez@acme.test' }
    members.add(heir)
    members.add({ ...maria, email: 'm@acme.test' })
    expect(await find('m.lopez@acme.test')).toEqual(heir)
    expect((await find('M@acme.test'))?.id).toBe('mem_maria')
  })

  it('are deactivated and activated in their workspace only', async () => {
    const { members } = createInMemoryAdapters({ members: [maria, { ...maria, workspaceId: 'ws_globex' }] })
    const isActive = async (workspaceId: string) =>
      (await members.findByEmail({ workspaceId, email: maria.email }))?.active
    expect(members.setActive('ws_acme', 'mem_nobody', false)).toBe(false)
    expect(members.setActive('ws_acme', 'mem_maria', false)).toBe(true)
    expect([await isActive('ws_acme'), await isActive('ws_globex')]).toEqual([false, true])
    members.setActive('ws_acme', 'mem_maria', true)
    expect(await isActive('ws_acme')).toBe(true)
  })
})

describe('runs and memory', () => {
  it('list all runs in the order in which they began', async () => {
    const { runs } = createInMemoryAdapters()
    for (const id of ['run_2', 'run_1', 'run_3']) await runs.begin(start({ id }))
    await runs.end({ ...runEnd(start({ id: 'run_2' })), status: 'failed', errorCode: 'TOOL_FAILED' })
    expect(runs.all().map(({ id, status }) => [id, status])).toEqual([
      ['run_2', 'failed'],
      ['run_1', 'running'],
      ['run_3', 'running'],
    ])
  })

  it('keep what else an entry says when its text changes', async () => {
    const { memory } = createInMemoryAdapters({
      memory: { ws_acme: [{ key: 'tone', title: 'Tone', text: 'a' }] },
    })
    await memory.update(MARIA, {
      key: 'tone',
      operation: 'append',
      value: 'b',
      expectedRevision: null,
      runId: 'run_1',
    })
    expect(await memory.read(MARIA, { key: 'tone' })).toMatchObject({ title: 'Tone', text: 'ab' })
    expect([memory.remove('ws_acme', 'tone'), memory.remove('ws_acme', 'tone')]).toEqual([true, false])
    expect((await memory.list(MARIA, { cursor: null, limit: 10 })).entries).toEqual([])
  })
})

it('decides about keys and leases by the given clock', async () => {
  let now = Date.UTC(2040, 0, 1)
  const clock = () => new Date(now)
  const { apiKeys, runs } = createInMemoryAdapters({
    clock,
    apiKeys: [key({ expiresAt: new Date(now + 1000) })],
  })
  expect((await apiKeys.findByDigest(key()))?.valid).toBe(true)
  await runs.begin(start({ leaseMs: 1000 }))
  now += 1000
  expect((await apiKeys.findByDigest(key()))?.valid).toBe(false)
  expect((await runs.get(start()))?.status).toBe('unknown')
  apiKeys.add(key({ id: 'key_2', digest: 'e'.repeat(64) }))
  apiKeys.revoke('key_2')
  expect(await apiKeys.findByDigest({ digest: 'e'.repeat(64) })).toMatchObject({
    revokedAt: clock(),
    valid: false,
  })
})

it('refuses a key that a database could not store', () => {
  const { apiKeys } = createInMemoryAdapters()
  for (const over of [
    { id: 'a\0' },
    { workspaceId: '\ud800' },
    { scopes: ['a\0'] },
    { members: ['\udc00'] },
    { expiresAt: new Date(Number.NaN) },
    { expiresAt: new Date(8.64e15) },
    { revokedAt: new Date(Number.NaN) },
  ])
    expect(() => apiKeys.add(key(over))).toThrow(TypeError)
  expect(apiKeys.all()).toEqual([])
})
