/** One record of each kind, for tests of the stores that keep them. */

import type { AuditEvent, Member, RunStart } from 'allv-mcp'
import type { StoredApiKey } from 'allv-mcp/testing'

export const key = (over: Partial<StoredApiKey> = {}): StoredApiKey => ({
  id: 'key_1',
  workspaceId: 'ws_acme',
  name: 'one',
  scopes: ['memory:read'],
  members: ['mem_maria'],
  createdAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: null,
  revokedAt: null,
  digest: 'd'.repeat(64),
  ...over,
})

export const maria: Member = {
  id: 'mem_maria',
  workspaceId: 'ws_acme',
  email: 'maria@acme.test',
  active: true,
  roles: ['seller'],
}

export const start = (over: Partial<RunStart> = {}): RunStart => ({
  id: 'run_1',
  workspaceId: 'ws_acme',
  memberId: 'mem_maria',
  credentialId: 'key_1',
  credentialKind: 'api-key',
  face: 'mcp',
  era: null,
  tool: 'deals.create',
  argumentsDigest: 'a',
  idempotencyKey: null,
  correlationId: 'req_1',
  startedAt: new Date('2026-01-01T00:00:00Z'),
  leaseMs: 60_000,
  ...over,
})

export const event: AuditEvent = {
  id: 'evt_1',
  at: new Date('2026-01-01T00:00:00Z'),
  type: 'memory.read',
  workspaceId: 'ws_acme',
  memberId: 'mem_maria',
  credentialId: 'key_1',
  credentialKind: 'api-key',
  face: 'mcp',
  era: null,
  client: { name: 'client', version: '1' },
  correlationId: 'req_1',
}
