/** The contract suite of the audit adapter: events are complete, in order, and stored when `append` resolves. */

import assert from 'node:assert/strict'
import { storableJson } from '../../adapter-kit/storable.js'
import type { AuditAdapter, AuditEvent } from '../../adapters/audit.js'
import { defineContract, type Harness, MANY, needing, times, uniqueId } from '../harness/runner.js'

/** What `auditContract` needs: an audit adapter, and a way to read what it keeps. */
export interface AuditHarness extends Harness {
  /** The adapter under test. */
  readonly adapter: AuditAdapter
  /** All events of a workspace, oldest first. `null`: events without a workspace. */
  read(workspaceId: string | null): Promise<readonly AuditEvent[]>
  /** Events of a workspace with a given member, type, run, approval or tool, in any order. `lacks: ['filter']` skips the case about it. */
  filter?(workspaceId: string | null, fact: AuditFact): Promise<readonly AuditEvent[]>
}

type AuditFact = Partial<
  Pick<AuditEvent, 'type' | 'runId' | 'approvalId' | 'tool'> & { readonly memberId: string }
>

/** Texts that a text column cannot keep: PostgreSQL stores no NUL, and UTF-8 has no lone surrogates. */
const UNSTORABLE = ['a\0b', '\0', '\ud800', 'a\udc00', 'n'.repeat(99).concat('\ud83d'), '"\\u0000"\0']

/**
 * Runs the contract suite of the audit adapter. `create` gives a new harness for each case.
 *
 * @example
 * auditContract({ describe, it }, async () => {
 *   const adapter = createInMemoryAudit()
 *   return { adapter, read: async (id) => adapter.events.filter(({ workspaceId }) => workspaceId === id) }
 * }, { lacks: ['filter'] })
 */
export const auditContract = defineContract<AuditHarness, 'filter'>('audit contract', {
  'keeps events complete and in the order given, when append resolves': async ({ adapter, read }) => {
    const workspaceId = uniqueId('ws')
    const events = times(4, (i) => event(workspaceId, `step ${i}`))
    await adapter.append(events.slice(0, 3))
    assert.deepEqual(await read(workspaceId), events.slice(0, 3))
    await adapter.append(events.slice(3))
    assert.deepEqual(await read(workspaceId), events)
  },
  'keeps every field, also of refusals without a workspace, and with any texts of callers': async (
    harness,
  ) => {
    const { adapter, read } = harness
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
    await keepsOddTexts(harness)
  },
  'finds events by each fact, beside those with odd texts': needing(
    'filter',
    ({ filter }: AuditHarness) => filter,
    findsByFact,
  ),
  'loses none of concurrent appends, and keeps each list in order': async ({ adapter, read }) => {
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
    // A repeated id adds no event or one; stored events do not change.
    await adapter.append([{ ...kept, operation: 'changed' }]).catch(() => {})
    assert.deepEqual((await read(workspaceId))[0], kept)
  },
  'accepts an empty list': async ({ adapter }) => {
    await adapter.append([])
  },
})

/** All events have the same time: order is that of the lists, not of the clock. */
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

/** Puts such texts wherever a caller may. A store may keep them, or U+FFFD in their place; lists by any filter still work. */
async function keepsOddTexts({ adapter, read }: AuditHarness): Promise<void> {
  const workspaceId = uniqueId('ws')
  const plain: AuditEvent = { ...event(workspaceId, 'plain'), ...REST }
  const odd = UNSTORABLE.map((text): AuditEvent => ({ ...event(workspaceId, text), ...filledWith(text) }))
  await adapter.append([plain, ...odd])
  assert.deepEqual((await read(workspaceId)).map(asStored), [plain, ...odd.map(asStored)])
  const refusals = UNSTORABLE.map((text): AuditEvent => ({ ...event(null, text), claimedWorkspaceId: text }))
  for (const refusal of refusals) await adapter.append([refusal])
  const ids = (await read(null)).map(({ id }) => id)
  for (const { id } of refusals) assert.ok(ids.includes(id))
}

async function findsByFact(
  { adapter }: AuditHarness,
  filter: NonNullable<AuditHarness['filter']>,
): Promise<void> {
  const workspaceId = uniqueId('ws')
  const plain: AuditEvent = { ...event(workspaceId, 'plain'), ...REST }
  const odd = UNSTORABLE.map((text): AuditEvent => ({ ...event(workspaceId, text), ...filledWith(text) }))
  await adapter.append([plain, ...odd])
  const { type, runId, approvalId, tool } = { ...REST, type: plain.type }
  for (const fact of [{ type }, { runId }, { approvalId }, { tool }, { memberId: 'mem_contract' }]) {
    const found = (await filter(workspaceId, fact)).map(({ id }) => id)
    assert.ok(found.includes(plain.id), `found by ${Object.keys(fact)}`)
    await filter(null, fact)
  }
  for (const text of UNSTORABLE) {
    for (const fact of [{ runId: text }, { approvalId: text }, { tool: text }, { memberId: text }])
      assert.ok(!(await filter(workspaceId, fact)).some(({ id }) => id === plain.id))
  }
}

function filledWith(text: string) {
  return {
    client: { name: text, version: text, title: text },
    era: text,
    tool: text,
    memoryKey: text,
    resourceUri: text,
    prompt: text,
    outcome: text,
    decidedBy: text,
    channel: text,
  }
}

function asStored(one: AuditEvent): AuditEvent {
  return storableJson(one)
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
