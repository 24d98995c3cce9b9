import type { AuditEvent, UnlimitedRequest } from 'allv-mcp'
import { createInMemoryApprovals, createInMemoryAudit } from 'allv-mcp/testing'

const START = new Date('2026-05-01T12:00:00Z').getTime()

const request = (over: Partial<UnlimitedRequest> = {}): UnlimitedRequest => ({
  id: 'apr_1',
  binding: 'binding_1',
  workspaceId: 'ws_acme',
  memberId: 'mem_maria',
  tool: 'deals.delete',
  definitionDigest: 'd',
  argumentsDigest: 'a',
  idempotencyKey: null,
  approver: 'operator',
  arguments: { dealId: 'deal_1' },
  summary: null,
  credentialId: 'key_1',
  credentialKind: 'api-key',
  face: 'mcp',
  client: null,
  runId: 'run_1',
  ttlMs: 1000,
  replayMs: 500,
  ...over,
})

function createStore() {
  let ms = START
  const audit = createInMemoryAudit()
  const approvals = createInMemoryApprovals({ audit, clock: () => new Date(ms) })
  const advance = (by: number) => {
    ms += by
  }
  const approve = (id = 'apr_1') => approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
  return { approvals, audit, advance, approve }
}

const outcome = {
  status: 'succeeded',
  runId: 'run_1',
  endedAt: new Date(START),
  errorCode: null,
  message: null,
  result: null,
} as const

describe('deciding', () => {
  it('is recorded on the approval and in the audit log, exactly', async () => {
    const { approvals, audit, advance } = createStore()
    await approvals.request(request())
    advance(10)
    const decision = { id: 'apr_1', decision: 'deny', decidedBy: 'olga', reason: 'too early' } as const
    const decided = await approvals.decide(decision)
    const recorded = {
      state: 'denied',
      decidedBy: 'olga',
      reason: 'too early',
      decidedAt: new Date(START + 10),
    }
    expect(decided).toMatchObject({ status: 'decided', approval: recorded })
    expect(await approvals.get({ id: 'apr_1' })).toMatchObject(recorded)
    expect(audit.events).toEqual<AuditEvent[]>([
      {
        id: 'evt_decision_apr_1',
        at: new Date(START + 10),
        type: 'approval.decided',
        workspaceId: 'ws_acme',
        memberId: 'mem_maria',
        credentialId: 'key_1',
        credentialKind: 'api-key',
        face: null,
        era: null,
        client: null,
        correlationId: 'apr_1',
        approvalId: 'apr_1',
        tool: 'deals.delete',
        argumentsDigest: 'a',
        outcome: 'denied',
        decidedBy: 'olga',
        channel: 'page',
      },
    ])
  })

  it('is refused, and changes and records nothing, if the approval cannot be decided', async () => {
    const { approvals, audit, advance, approve } = createStore()
    expect(await approve()).toEqual({ status: 'not_found' })
    const pending = await approvals.request(request())
    const own = { id: 'apr_1', decision: 'approve', decidedBy: 'mem_maria' } as const
    expect(await approvals.decide(own)).toEqual({ status: 'own_request', approval: pending })
    expect(await approvals.get({ id: 'apr_1' })).toEqual(pending)
    advance(1000)
    expect(await approve()).toMatchObject({ status: 'not_pending', approval: { state: 'expired' } })
    await approvals.request(request({ id: 'apr_2', binding: 'binding_2' }))
    await approve('apr_2')
    const again = await approvals.decide({ id: 'apr_2', decision: 'deny', decidedBy: 'olga' })
    expect(again).toMatchObject({
      status: 'not_pending',
      approval: { state: 'approved', decidedBy: 'operator' },
    })
    expect(audit.events.map(({ approvalId }) => approvalId)).toEqual(['apr_2'])
  })

  it('is possible for the requester of a member approval', async () => {
    const { approvals } = createStore()
    await approvals.request(request({ approver: 'member' }))
    const decided = await approvals.decide({ id: 'apr_1', decision: 'approve', decidedBy: 'mem_maria' })
    expect(decided.status).toBe('decided')
  })
})

describe('time', () => {
  it('ends an approval at the exact millisecond, approved or not', async () => {
    const { approvals, advance, approve } = createStore()
    await approvals.request(request())
    await approve()
    advance(999)
    expect((await approvals.get({ id: 'apr_1' }))?.state).toBe('approved')
    advance(1)
    expect((await approvals.get({ id: 'apr_1' }))?.state).toBe('expired')
    expect(await approvals.consume({ id: 'apr_1', runId: 'run_1', leaseMs: 100 })).toBeNull()
  })

  it('makes an execution unknown at the end of its lease, and counts its replay from there', async () => {
    const { approvals, advance, approve } = createStore()
    await approvals.request(request())
    await approve()
    await approvals.consume({ id: 'apr_1', runId: 'run_1', leaseMs: 100 })
    advance(99)
    expect((await approvals.get({ id: 'apr_1' }))?.state).toBe('executing')
    advance(1)
    expect((await approvals.get({ id: 'apr_1' }))?.state).toBe('unknown')
    advance(499)
    expect((await approvals.request(request({ id: 'apr_2' }))).id).toBe('apr_1')
    advance(1)
    expect((await approvals.request(request({ id: 'apr_2' }))).id).toBe('apr_2')
  })

  it('lets a late outcome of the right run replace "unknown"', async () => {
    const { approvals, advance, approve } = createStore()
    await approvals.request(request())
    await approve()
    await approvals.consume({ id: 'apr_1', runId: 'run_1', leaseMs: 100 })
    advance(200)
    await approvals.settle({ id: 'apr_1', runId: 'run_2', outcome })
    expect((await approvals.get({ id: 'apr_1' }))?.state).toBe('unknown')
    await approvals.settle({ id: 'apr_1', runId: 'run_1', outcome })
    expect(await approvals.get({ id: 'apr_1' })).toMatchObject({ state: 'settled', outcome })
  })
})

describe('the list', () => {
  it('gives the newest first, by workspace and by state as it is now', async () => {
    const { approvals, advance, approve } = createStore()
    for (const [i, workspaceId] of ['ws_acme', 'ws_globex', 'ws_acme'].entries())
      await approvals.request(
        request({ id: `apr_${i}`, binding: `binding_${i}`, workspaceId, ttlMs: 1000 + i }),
      )
    await approve('apr_0')
    const ids = (filter?: Parameters<typeof approvals.list>[0]) => approvals.list(filter).map(({ id }) => id)
    expect(ids()).toEqual(['apr_2', 'apr_1', 'apr_0'])
    expect(ids({ workspaceId: 'ws_acme' })).toEqual(['apr_2', 'apr_0'])
    expect(ids({ workspaceId: 'ws_acme', state: 'approved' })).toEqual(['apr_0'])
    expect(ids({ workspaceId: 'ws_none' })).toEqual([])
    advance(1000)
    expect(ids({ state: 'expired' })).toEqual(['apr_0'])
    expect(ids({ state: 'pending' })).toEqual(['apr_2', 'apr_1'])
  })
})

it('gives frozen copies, without what only the store needs', async () => {
  const { approvals, approve } = createStore()
  const given = { ...request(), arguments: { nested: { list: [1] } } }
  const asked = await approvals.request(given)
  given.arguments.nested.list.push(2)
  expect(() => Object.assign(asked.arguments, { more: 1 })).toThrow(TypeError)
  asked.expiresAt.setTime(0)
  expect((await approve()).status).toBe('decided')
  const [listed] = approvals.list()
  expect(listed).toMatchObject({ arguments: { nested: { list: [1] } }, expiresAt: new Date(START + 1000) })
  expect(Object.keys(listed ?? {})).not.toEqual(expect.arrayContaining(['leaseEndsAt']))
  expect(Object.keys(listed ?? {})).not.toEqual(expect.arrayContaining(['replayMs']))
})
