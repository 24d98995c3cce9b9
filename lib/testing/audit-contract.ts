/** The contract of the audit adapter: whole, in order, and there when `append` resolves. */

import assert from 'node:assert/strict'
import type { AuditAdapter, AuditEvent } from '../adapters/audit.js'
import { defineContract, type Harness, MANY, times, uniqueId } from './contract-runner.js'

export interface AuditHarness extends Harness {
  readonly adapter: AuditAdapter
  /** All events of a workspace, oldest first; of `null`, those that name none. */
  read(workspaceId: string | null): Promise<readonly AuditEvent[]>
}

export const auditContract = defineContract<AuditHarness>('audit contract', {
  'keeps events whole and in the order given, from when append resolves': async ({ adapter, read }) => {
    const workspaceId = uniqueId('ws')
    const events = times(4, (i) => event(workspaceId, `step ${i}`))
    await adapter.append(events.slice(0, 3))
    assert.deepEqual(await read(workspaceId), events.slice(0, 3))
    await adapter.append(events.slice(3))
    assert.deepEqual(await read(workspaceId), events)
  },
  'keeps every field, of refusals too that prove no workspace': async ({ adapter, read }) => {
    const refusal: AuditEvent = {
      ...event(null, 'tools/call'),
      type: 'request.refused',
      claimedWorkspaceId: uniqueId('ws'),
      memberId: null,
      credentialId: null,
      credentialKind: null,
      era: null,
      client: null,
      code: 'UNAUTHENTICATED',
    }
    const workspaceId = uniqueId('ws')
    const decision: AuditEvent = { ...event(workspaceId, 'decide'), ...REST, type: 'approval.decided' }
    await adapter.append([refusal, decision])
    const refusals = (await read(null)).filter(({ id }) => id === refusal.id)
    assert.deepEqual(refusals, [refusal])
    assert.deepEqual(await read(workspaceId), [decision])
  },
  'loses nothing of what is appended at once, and keeps each list in order': async ({ adapter, read }) => {
    const workspaceId = uniqueId('ws')
    const lists = times(MANY, (i) => times(3, (step) => event(workspaceId, `${i}/${step}`)))
    await Promise.all(lists.map((events) => adapter.append(events)))
    const kept = (await read(workspaceId)).map(({ operation }) => operation ?? '')
    assert.equal(kept.length, MANY * 3)
    for (const i of lists.keys()) {
      const ofList = kept.filter((operation) => operation.startsWith(`${i}/`))
      assert.deepEqual(ofList, [`${i}/0`, `${i}/1`, `${i}/2`])
    }
  },
  'keeps the order of one append after another': async ({ adapter, read }) => {
    const workspaceId = uniqueId('ws')
    const events = times(20, (i) => event(workspaceId, `step ${i}`))
    for (const one of events) await adapter.append([one])
    assert.deepEqual(await read(workspaceId), events)
  },
  'changes and removes nothing': async ({ adapter, read }) => {
    const workspaceId = uniqueId('ws')
    const kept = event(workspaceId, 'kept')
    await adapter.append([kept])
    // An id that comes again adds nothing or one more; what stands stays as it is.
    await adapter.append([{ ...kept, operation: 'changed' }]).catch(() => {})
    assert.deepEqual((await read(workspaceId))[0], kept)
  },
  'takes an empty list': async ({ adapter }) => {
    await adapter.append([])
  },
})

/** The same moment for all: order is that of the lists, not that of the clock. */
function event(workspaceId: string | null, operation: string): AuditEvent {
  return {
    id: uniqueId('evt'),
    at: new Date('2026-01-01T00:00:00.123Z'),
    type: 'memory.read',
    workspaceId,
    memberId: 'mem_contract',
    credentialId: 'key_contract',
    credentialKind: 'api-key',
    face: 'mcp',
    era: '2026-07-28',
    client: { name: 'contract', version: '1' },
    correlationId: uniqueId('req'),
    operation,
    memoryKey: 'a/b',
  }
}

const REST = {
  tool: 'contract.tool',
  runId: 'run_1',
  approvalId: 'apr_1',
  argumentsDigest: 'a'.repeat(64),
  resourceUri: 'crm://deals/1',
  prompt: 'weekly',
  outcome: 'approved',
  decidedBy: 'operator',
  reason: 'scope_missing: deals:write',
} as const
