/** Contracts of the adapters that keep records: runs and audit. */

import assert from 'node:assert/strict'
import type { AuditAdapter, AuditEvent } from '../adapters/audit.js'
import type { RunsAdapter } from '../adapters/runs.js'
import { outcomeOf, runStart } from './contract-context.js'
import { type ContractRunner, caseOf, uniqueId } from './contract-runner.js'

export interface RunsHarness {
  readonly adapter: RunsAdapter
  close?(): Promise<void>
}

const MANY = 200
const ENDED_AT = new Date('2026-01-01T00:00:02.000Z')

export function runsContract({ describe, it }: ContractRunner, create: () => Promise<RunsHarness>): void {
  describe('runs contract', () => {
    it(
      'keeps a run from its beginning to its end',
      caseOf(create, async ({ adapter }) => {
        const start = runStart({ workspaceId: uniqueId('ws') })
        const { workspaceId, id } = start
        assert.deepEqual(await adapter.begin(start), { started: true })
        const running = {
          ...start,
          status: 'running',
          approvalId: null,
          endedAt: null,
          errorCode: null,
          outcome: null,
        }
        assert.deepEqual(await adapter.get({ workspaceId, id }), running)
        const end = {
          status: 'succeeded',
          approvalId: 'apr_1',
          errorCode: null,
          endedAt: ENDED_AT,
          outcome: outcomeOf(id),
        } as const
        await adapter.end({ id, workspaceId, ...end })
        assert.deepEqual(await adapter.get({ workspaceId, id }), { ...start, ...end })
      }),
    )
    it(
      'finds no run of another workspace, and ends none',
      caseOf(create, async ({ adapter }) => {
        const start = runStart({ workspaceId: uniqueId('ws') })
        const other = uniqueId('ws')
        await adapter.begin(start)
        assert.equal(await adapter.get({ workspaceId: other, id: start.id }), null)
        await adapter.end({
          id: start.id,
          workspaceId: other,
          status: 'failed',
          approvalId: null,
          errorCode: 'X',
          endedAt: ENDED_AT,
          outcome: null,
        })
        assert.equal((await adapter.get({ workspaceId: start.workspaceId, id: start.id }))?.status, 'running')
      }),
    )
    it(
      `starts one of ${MANY} concurrent runs with one idempotency key`,
      caseOf(create, async ({ adapter }) => {
        const scope = { workspaceId: uniqueId('ws'), idempotencyKey: 'once' }
        const begun = await Promise.all(Array.from({ length: MANY }, () => adapter.begin(runStart(scope))))
        assert.equal(begun.filter(({ started }) => started).length, 1)
        const joined = new Set(begun.flatMap((result) => (result.started ? [] : [result.run.id])))
        assert.equal(joined.size, 1)
      }),
    )
    it(
      'scopes an idempotency key to workspace, member and tool',
      caseOf(create, async ({ adapter }) => {
        const base = { workspaceId: uniqueId('ws'), idempotencyKey: 'once' }
        await adapter.begin(runStart(base))
        for (const other of [
          { ...base, workspaceId: uniqueId('ws') },
          { ...base, memberId: 'mem_2' },
          { ...base, tool: 'contract.other' },
        ]) {
          assert.equal((await adapter.begin(runStart(other))).started, true)
        }
        for (const _ of ['runs without a key', 'are never joined']) {
          assert.equal((await adapter.begin(runStart({ workspaceId: base.workspaceId }))).started, true)
        }
      }),
    )
    it(
      'ends a run that waited, and ends no run twice',
      caseOf(create, async ({ adapter }) => {
        const start = runStart({ workspaceId: uniqueId('ws'), idempotencyKey: 'once' })
        const { workspaceId, id } = start
        await adapter.begin(start)
        await adapter.end({
          id,
          workspaceId,
          status: 'pending_approval',
          approvalId: 'apr_1',
          errorCode: 'APPROVAL_PENDING',
          endedAt: ENDED_AT,
          outcome: null,
        })
        const end = { id, workspaceId, approvalId: 'apr_1', endedAt: ENDED_AT }
        await adapter.end({ ...end, status: 'succeeded', errorCode: null, outcome: outcomeOf(id) })
        await adapter.end({ ...end, status: 'failed', errorCode: 'TOOL_FAILED', outcome: null })
        const again = await adapter.begin(runStart({ workspaceId, idempotencyKey: 'once' }))
        assert.ok(!again.started)
        assert.equal(again.run.status, 'succeeded')
        assert.deepEqual(again.run.outcome, outcomeOf(id))
      }),
    )
    it(
      'lists the newest first, each once over all pages, by filter',
      caseOf(create, async ({ adapter }) => {
        const workspaceId = uniqueId('ws')
        const ids: string[] = []
        for (let i = 0; i < 7; i += 1) {
          const start = runStart({
            workspaceId,
            memberId: i % 2 === 0 ? 'mem_even' : 'mem_odd',
            startedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, i)),
          })
          await adapter.begin(start)
          ids.unshift(start.id)
        }
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const page: Awaited<ReturnType<RunsAdapter['list']>> = await adapter.list({
            workspaceId,
            limit: 3,
            cursor,
          })
          seen.push(...page.runs.map(({ id }) => id))
          cursor = page.nextCursor
        } while (cursor !== null && seen.length < 20)
        assert.deepEqual(seen, ids)
        const odd = await adapter.list({ workspaceId, memberId: 'mem_odd', limit: 10, cursor: null })
        assert.equal(odd.runs.length, 3)
        assert.equal(
          (await adapter.list({ workspaceId: uniqueId('ws'), limit: 10, cursor: null })).runs.length,
          0,
        )
      }),
    )
  })
}

export interface AuditHarness {
  readonly adapter: AuditAdapter
  /** All events of a workspace, oldest first. */
  read(workspaceId: string): Promise<readonly AuditEvent[]>
  close?(): Promise<void>
}

export function auditContract({ describe, it }: ContractRunner, create: () => Promise<AuditHarness>): void {
  const event = (workspaceId: string, operation: string): AuditEvent => ({
    id: uniqueId('evt'),
    at: new Date('2026-01-01T00:00:00.000Z'),
    type: 'memory.read',
    workspaceId,
    memberId: 'mem_contract',
    credentialId: 'key_contract',
    face: 'mcp',
    era: '2026-07-28',
    client: { name: 'contract', version: '1' },
    correlationId: uniqueId('req'),
    operation,
    memoryKey: 'a/b',
  })
  describe('audit contract', () => {
    it(
      'keeps events whole and in the order given, from when append resolves',
      caseOf(create, async ({ adapter, read }) => {
        const workspaceId = uniqueId('ws')
        const events = ['first', 'second', 'third', 'fourth'].map((operation) =>
          event(workspaceId, operation),
        )
        await adapter.append(events.slice(0, 3))
        await adapter.append(events.slice(3))
        assert.deepEqual(await read(workspaceId), events)
      }),
    )
    it(
      'loses nothing of what is appended at once',
      caseOf(create, async ({ adapter, read }) => {
        const workspaceId = uniqueId('ws')
        await Promise.all(
          Array.from({ length: MANY }, (_, i) => adapter.append([event(workspaceId, String(i))])),
        )
        assert.equal(new Set((await read(workspaceId)).map(({ operation }) => operation)).size, MANY)
      }),
    )
    it(
      'takes an empty list',
      caseOf(create, async ({ adapter }) => {
        await adapter.append([])
      }),
    )
  })
}
