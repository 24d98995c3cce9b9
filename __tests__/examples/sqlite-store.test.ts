import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  apiKeysContract,
  approvalsContract,
  auditContract,
  membersContract,
  memoryContract,
  runsContract,
} from 'allv-mcp/testing'
import { createSqliteStore } from '../../examples/sqlite-store/adapters.js'

/** The store of the example keeps every promise, on the SQLite of this version of Node. `npm test` also runs `allv-mcp verify` on it. */

const folder = mkdtempSync(join(tmpdir(), 'allv-sqlite-'))
const store = createSqliteStore(join(folder, 'store.db'))
const { apiKeys, members, memory, approvals, runs, audit } = store.adapters

afterAll(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

apiKeysContract({ describe, it }, async () => ({
  adapter: apiKeys,
  add: apiKeys.add,
  revoke: apiKeys.revoke,
}))
membersContract({ describe, it }, async () => ({ adapter: members, add: members.put }), {
  lacks: ['findBySubject'],
})
memoryContract({ describe, it }, async () => ({
  adapter: memory,
  put: (workspaceId, key, text) => memory.put(workspaceId, { key, text }),
}))
approvalsContract({ describe, it }, async () => ({ adapter: approvals, decide: approvals.decide }), {
  lacks: ['wait'],
})
runsContract({ describe, it }, async () => ({ adapter: runs }))
auditContract({ describe, it }, async () => ({ adapter: audit, read: audit.list }), { lacks: ['filter'] })

it('appends the audit event of a decision with the decision, or neither', async () => {
  const request = { ...REQUEST, id: 'apr_1', binding: 'binding_1' }
  await approvals.request(request)
  await approvals.decide({ id: 'apr_1', decision: 'approve', decidedBy: 'olga' })
  await approvals.decide({ id: 'apr_1', decision: 'deny', decidedBy: 'late' })
  expect(await audit.list('ws_decision')).toMatchObject([
    { type: 'approval.decided', approvalId: 'apr_1', decidedBy: 'olga', outcome: 'approved' },
  ])
})

const REQUEST = {
  workspaceId: 'ws_decision',
  memberId: 'mem_1',
  tool: 'deals.delete',
  definitionDigest: 'd',
  argumentsDigest: 'a',
  idempotencyKey: null,
  approver: 'operator',
  arguments: {},
  summary: null,
  credentialId: 'key_1',
  credentialKind: 'api-key',
  face: 'mcp',
  client: null,
  runId: 'run_1',
  ttlMs: 60_000,
  replayMs: 60_000,
} as const
