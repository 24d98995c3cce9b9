/** Contexts and records for the contract suites. */

import type { ApprovalRequest } from '../../adapters/approvals.js'
import type { Member, MemberContext } from '../../adapters/principal.js'
import type { RunEnd, RunOutcome, RunStart, RunUpdate } from '../../adapters/runs.js'
import { uniqueId } from './runner.js'

/** A context of a member. */
export function contextOf(workspaceId: string, memberId = 'mem_contract'): MemberContext {
  const member: Member = { id: memberId, workspaceId, email: `${memberId}@contract.test`, active: true }
  return {
    workspaceId,
    member,
    credential: { id: 'key_contract', kind: 'api-key', scopes: ['*'] },
    face: 'agent',
    era: null,
    client: null,
    trace: null,
    correlationId: uniqueId('req'),
  }
}

/** A request for an approval. */
export function approvalRequest(
  over: Partial<Omit<ApprovalRequest, 'maxPending'>> = {},
): Omit<ApprovalRequest, 'maxPending'> {
  return {
    id: uniqueId('apr'),
    binding: uniqueId('binding'),
    workspaceId: 'ws_contract',
    memberId: 'mem_contract',
    tool: 'contract.tool',
    definitionDigest: 'd'.repeat(64),
    argumentsDigest: 'a'.repeat(64),
    idempotencyKey: null,
    approver: 'operator',
    arguments: { amount: 1, nested: { list: [null, 'ä'] } },
    summary: 'a contract',
    credentialId: 'key_contract',
    credentialKind: 'api-key',
    face: 'mcp',
    client: { name: 'contract', version: '1' },
    runId: uniqueId('run'),
    ttlMs: 60_000,
    replayMs: 60_000,
    ...over,
  }
}

/** The start of a run. */
export function runStart(over: Partial<RunStart> = {}): RunStart {
  return {
    id: uniqueId('run'),
    workspaceId: 'ws_contract',
    memberId: 'mem_contract',
    credentialId: 'key_contract',
    credentialKind: 'host',
    face: 'mcp',
    era: '2025-11-25',
    tool: 'contract.tool',
    argumentsDigest: 'a'.repeat(64),
    idempotencyKey: null,
    correlationId: uniqueId('req'),
    startedAt: new Date('2026-01-01T00:00:00.000Z'),
    leaseMs: 60_000,
    ...over,
  }
}

/** The successful end of a run. */
export function runEnd({ id, workspaceId }: Pick<RunEnd, 'id' | 'workspaceId'>): RunEnd {
  return {
    id,
    workspaceId,
    status: 'succeeded',
    approvalId: null,
    errorCode: null,
    endedAt: new Date('2026-01-01T00:00:02.000Z'),
    outcome: outcomeOf(id),
  }
}

/** An update of a run that was answered with questions. */
export function runUpdate({ id, workspaceId }: Pick<RunUpdate, 'id' | 'workspaceId'>): RunUpdate {
  return {
    id,
    workspaceId,
    status: 'input_required',
    approvalId: null,
    errorCode: null,
    endedAt: new Date('2026-01-01T00:00:02.000Z'),
  }
}

/** A successful outcome. */
export function outcomeOf(runId: string): RunOutcome {
  return {
    status: 'succeeded',
    runId,
    endedAt: new Date('2026-01-01T00:00:01.000Z'),
    errorCode: null,
    message: null,
    result: { content: [{ type: 'text', text: 'done' }], structuredContent: { ok: true } },
  }
}
