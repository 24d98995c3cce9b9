import { createPostgresAdapters } from 'allv-mcp/postgres'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import { approvalRequest, contextOf, runEnd, runUpdate } from '../lib/testing/harness/context.js'
import { openEmbedded } from './support/databases.js'

/** Texts that a text column cannot store: stores clean descriptions, refuse names and ids, and find nothing for such a look-up. */

const embedded = await openEmbedded()
afterAll(() => embedded.close())
const { pool, schema } = embedded
const kept = createPostgresAdapters({ pool, schema })
const memory = createInMemoryAdapters()
const stores = [
  [
    'PostgreSQL',
    {
      ...kept,
      addMember: (member: Parameters<typeof kept.members.put>[0]) => kept.members.put(member),
      putMemory: (workspaceId: string, entry: Parameters<typeof kept.memory.put>[1]) =>
        kept.memory.put(workspaceId, entry),
      removeMemory: (workspaceId: string, key: string) => kept.memory.remove(workspaceId, key),
    },
  ],
  [
    'memory',
    {
      ...memory,
      addMember: async (member: Parameters<typeof kept.members.put>[0]) => memory.members.add(member),
      putMemory: async (workspaceId: string, entry: Parameters<typeof kept.memory.put>[1]) =>
        void memory.memory.put(workspaceId, entry),
      removeMemory: async (workspaceId: string, key: string) => memory.memory.remove(workspaceId, key),
    },
  ],
] as const
const unique = (prefix: string) => `${prefix}_${crypto.randomUUID()}`
const ODD = ['a\0b', '\0', '\ud800', 'a\udc00', 'n'.repeat(99).concat('\ud83d')]

describe.each(stores)('in %s', (_, store) => {
  it('a summary, a reason and a channel are cleaned; decidedBy is never changed', async () => {
    for (const odd of ODD) {
      const { id, summary } = await store.approvals.request(
        approvalRequest({ workspaceId: unique('ws'), summary: `delete ${odd}` }),
      )
      expect(summary).toBe(`delete ${odd.toWellFormed().replaceAll('\0', '\ufffd')}`)
      const decision = { id, decision: 'deny', reason: odd, channel: `${odd}\n` } as const
      await expect(store.approvals.decide({ ...decision, decidedBy: odd })).rejects.toThrow(
        /^decidedBy holds/,
      )
      expect((await store.approvals.get({ id }))?.state).toBe('pending')
      expect((await store.approvals.decide({ ...decision, decidedBy: 'operator' })).status).toBe('decided')
      const approval = await store.approvals.get({ id })
      expect(approval?.reason).toBe(odd.toWellFormed().replaceAll('\0', '\ufffd'))
      expect(approval?.channel).not.toMatch(/[\p{Cc}\p{Cs}]/u)
      expect(approval?.decidedBy).toBe('operator')
    }
  })

  it('accepts a decidedBy up to the longest, and no longer one', async () => {
    const { id } = await store.approvals.request(approvalRequest({ workspaceId: unique('ws') }))
    const decision = { id, decision: 'approve' } as const
    await expect(store.approvals.decide({ ...decision, decidedBy: 'o'.repeat(2049) })).rejects.toThrow(
      new TypeError('decidedBy has more than 2048 characters'),
    )
    expect((await store.approvals.get({ id }))?.state).toBe('pending')
    expect((await store.approvals.decide({ ...decision, decidedBy: 'o'.repeat(2048) })).status).toBe(
      'decided',
    )
    expect((await store.approvals.get({ id }))?.decidedBy).toBe('o'.repeat(2048))
  })

  it.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 31, '10', null])(
    'lists nothing for a limit that is no whole number: %p',
    async (limit) => {
      const workspaceId = unique('ws')
      const query = { workspaceId, limit: limit as number, cursor: null }
      const lists: readonly (() => Promise<unknown>)[] = [
        () => store.runs.list(query),
        ...(store.approvals === kept.approvals
          ? [
              () => kept.approvals.list(query),
              () => kept.audit.list(query),
              () => kept.memory.history({ ...query, key: 'tone' }),
            ]
          : []),
      ]
      for (const list of lists)
        await expect(list()).rejects.toThrow(
          new TypeError('limit must be a whole number from 0 to 2147483646'),
        )
    },
  )

  it('gives an empty page for a limit of 0', async () => {
    const query = { workspaceId: unique('ws'), limit: 0, cursor: null }
    expect((await store.runs.list(query)).runs).toEqual([])
  })

  it('arguments are kept as they came', async () => {
    for (const odd of ODD) {
      const request = approvalRequest({ workspaceId: unique('ws'), arguments: { [odd]: [odd] } })
      const { id } = await store.approvals.request(request)
      expect((await store.approvals.get({ id }))?.arguments).toEqual({ [odd]: [odd] })
    }
  })

  it('a memory text or key is refused, a title and a description are cleaned', async () => {
    const workspaceId = unique('ws')
    const context = contextOf(workspaceId)
    const change = { operation: 'append', expectedRevision: null, runId: 'run' } as const
    for (const odd of ODD) {
      for (const entry of [
        { key: 'a', text: odd },
        { key: odd, text: 'a' },
      ]) {
        await expect(
          store.putMemory(workspaceId, entry).catch((error) => Promise.reject(error)),
        ).rejects.toThrow(TypeError)
        const { key, text: value } = entry
        await expect(store.memory.update(context, { ...change, key, value })).rejects.toThrow(TypeError)
      }
      await store.putMemory(workspaceId, { key: 'b', text: 'a', title: odd, description: odd })
      const entry = await store.memory.read(context, { key: 'b' })
      expect([entry?.title, entry?.description].join()).not.toMatch(/[\0\p{Cs}]/u)
      expect(await store.memory.read(context, { key: odd })).toBeNull()
      expect(await store.removeMemory(workspaceId, odd)).toBe(false)
    }
    expect((await store.memory.list(context, { cursor: null, limit: 10 })).entries).toHaveLength(1)
  })

  it('a member is refused for an id, an address or a role, and named without control characters', async () => {
    for (const odd of ODD) {
      const member = { id: unique('mem'), workspaceId: unique('ws'), email: 'a@b.test', active: true }
      for (const over of [{ id: odd }, { email: odd }, { roles: ['admin', odd] }, { workspaceId: odd }])
        await expect((async () => store.addMember({ ...member, ...over }))()).rejects.toThrow(TypeError)
      await store.addMember({ ...member, name: `\u202e${odd}`, roles: ['admin'] })
      const found = await store.members.findById({ ...member, memberId: member.id })
      expect(found?.name).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u)
      expect(await store.members.findByEmail({ ...member, email: odd })).toBeNull()
    }
  })

  it('null counts as not given', async () => {
    const workspaceId = unique('ws')
    const none = { title: null, description: null, mimeType: null }
    await store.putMemory(workspaceId, { key: 'a', text: 'b', ...none } as never)
    const entry = await store.memory.read(contextOf(workspaceId), { key: 'a' })
    expect(Object.keys(entry ?? {}).sort()).toEqual(['key', 'revision', 'text', 'updatedAt'])
    const member = { id: unique('mem'), workspaceId, email: 'a@b.test', active: true }
    await store.addMember({ ...member, name: null, roles: null } as never)
    expect(await store.members.findById({ workspaceId, memberId: member.id })).toEqual(member)
    const { id } = await store.approvals.request(approvalRequest({ workspaceId }))
    const decision = { id, decision: 'deny', decidedBy: 'operator', channel: null, reason: null }
    expect(await store.approvals.decide(decision as never)).toMatchObject({
      status: 'decided',
      approval: { channel: 'page', reason: null },
    })
  })

  it.each([' ada@acme.test', 'ada@acme.test\t', ' \t Ada@ACME.test \t '])(
    'a member is found by the address as headers can send it: %p',
    async (email) => {
      const member = { id: unique('mem'), workspaceId: unique('ws'), email, active: true }
      await store.addMember(member)
      const found = await store.members.findByEmail({ ...member, email: 'ada@acme.test' })
      expect(found).toEqual({ ...member, email: email.trim() })
    },
  )
})

it('PostgreSQL finds nothing for texts that it cannot store, by every method', async () => {
  const workspaceId = unique('ws')
  const { apiKeys, members, approvals, runs, audit } = kept
  for (const odd of ODD.filter((text) => !text.isWellFormed() || text.includes('\0'))) {
    expect(await apiKeys.list({ workspaceId: odd })).toEqual([])
    for (const query of [
      { workspaceId: odd, id: 'a' },
      { workspaceId, id: odd },
    ]) {
      expect(await apiKeys.rotate(query)).toBeNull()
      expect(await apiKeys.revoke(query)).toBe(false)
      expect(await runs.get(query)).toBeNull()
      await runs.extend({ ...query, leaseMs: 1 })
      await runs.end(runEnd(query))
      expect(await runs.update({ ...runUpdate(query), checkpoint: 'a' })).toBe(false)
      expect(await kept.memory.history({ workspaceId: query.workspaceId, key: query.id })).toEqual([])
      expect(
        await members.setActive({ workspaceId: query.workspaceId, memberId: query.id, active: true }),
      ).toBe(false)
    }
    for (const filter of [
      { workspaceId: odd },
      { workspaceId, memberId: odd },
      { workspaceId, tool: odd },
      { workspaceId, cursor: odd },
      { workspaceId, state: odd as never },
    ]) {
      expect(await approvals.list(filter)).toEqual({ approvals: [], nextCursor: null })
      expect(await runs.list({ limit: 10, cursor: null, ...filter })).toEqual({ runs: [], nextCursor: null })
      expect((await audit.list({ limit: 10, cursor: null, ...filter })).events).toEqual([])
    }
    expect(await approvals.consume({ id: odd, runId: 'run', leaseMs: 1 })).toBeNull()
    await approvals.extend({ id: odd, runId: 'run', leaseMs: 1 })
  }
})

it('PostgreSQL treats null as not given, in every method of a host', async () => {
  const workspaceId = unique('ws')
  const { apiKeys, audit } = kept
  const key = { workspaceId, name: 'k', scopes: [], members: 'any', mode: null, digest: null, id: null }
  const { id } = await apiKeys.create({ ...key, expiresAt: null } as never)
  const next = await apiKeys.rotate({ workspaceId, id, overlapMs: null } as never)
  expect(next?.key).toMatch(/^sk_live_/)
  expect(await apiKeys.revoke({ workspaceId, id: next?.id ?? '', at: null } as never)).toBe(true)
  const ends = (await apiKeys.list({ workspaceId })).map(({ revokedAt }) => revokedAt)
  expect(ends).toEqual([expect.any(Date), expect.any(Date)])
  const filter = {
    memberId: null,
    type: null,
    runId: null,
    approvalId: null,
    tool: null,
    from: null,
    until: null,
  }
  const page = { workspaceId, ...filter, limit: 5, cursor: null }
  expect(await audit.list(page as never)).toEqual({ events: [], nextCursor: null })
})
