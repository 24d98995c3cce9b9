/** Makes the workspace that the library serves, with the sizes that a mode needs. */

import { digestApiKey } from 'allv-mcp'
import { createInMemoryAdapters, type InMemoryAdapters, type StoredApiKey } from 'allv-mcp/testing'
import { KEY, WORKSPACE } from '../workload.js'
import { benchTools } from './tools.js'

export interface Sizes {
  readonly tools: number
  readonly keys: number
  readonly members: number
  readonly approvals: number
  readonly runs: number
  readonly audit: number
}

export const USUAL: Sizes = { tools: 30, keys: 100, members: 100, approvals: 0, runs: 0, audit: 0 }

export async function benchAdapters(sizes: Sizes): Promise<InMemoryAdapters> {
  const tools = benchTools(sizes.tools)
  const adapters = createInMemoryAdapters({
    apiKeys: Array.from({ length: sizes.keys }, (_, i) => apiKey(i)),
    members: Array.from({ length: sizes.members }, (_, i) => ({
      id: `mem_${i}`,
      workspaceId: WORKSPACE,
      email: `m${i}@ws.test`,
      active: true,
    })),
    memory: {
      [WORKSPACE]: [{ key: 'notes/north', text: 'The north office pays on the last day. '.repeat(10) }],
    },
    tools,
  })
  for (let i = 0; i < sizes.approvals; i += 1) await adapters.approvals.request(approval(i))
  for (let i = 0; i < sizes.runs; i += 1) await adapters.runs.begin(run(i))
  for (let i = 0; i < sizes.audit; i += 1) await adapters.audit.append([event(i)])
  return adapters
}

function apiKey(i: number): StoredApiKey {
  return {
    id: `key_${i}`,
    workspaceId: WORKSPACE,
    name: 'bench',
    scopes: ['memory:read', 'memory:write', 'crm:*'],
    members: 'any',
    createdAt: new Date(),
    expiresAt: null,
    revokedAt: null,
    digest: digestApiKey(i === 0 ? KEY : `${KEY}_${i}`),
  }
}

function approval(i: number): Parameters<InMemoryAdapters['approvals']['request']>[0] {
  return {
    id: `apr_${i}`,
    workspaceId: WORKSPACE,
    memberId: `mem_${i % 8}`,
    tool: 'crm.tool_07',
    definitionDigest: 'd',
    argumentsDigest: `a${i}`,
    idempotencyKey: null,
    binding: `b${i}`,
    approver: 'operator',
    arguments: { title: `Record ${i}`, amount: i, stage: 'new' },
    summary: null,
    credentialId: 'key_0',
    credentialKind: 'api-key',
    face: 'mcp',
    client: null,
    runId: `run_${i}`,
    ttlMs: 86_400_000,
    replayMs: 600_000,
  }
}

function run(i: number): Parameters<InMemoryAdapters['runs']['begin']>[0] {
  return {
    id: `run_seed_${i}`,
    workspaceId: WORKSPACE,
    memberId: `mem_${i % 8}`,
    credentialId: 'key_0',
    credentialKind: 'api-key',
    face: 'mcp',
    era: '2025-11-25',
    tool: 'crm.tool_07',
    argumentsDigest: 'a',
    idempotencyKey: i % 2 === 0 ? `key ${i}` : null,
    correlationId: 'seed',
    startedAt: new Date(),
    leaseMs: 120_000,
  }
}

function event(i: number): Parameters<InMemoryAdapters['audit']['append']>[0][number] {
  return {
    id: `evt_${i}`,
    at: new Date(),
    type: 'run.started',
    workspaceId: WORKSPACE,
    memberId: `mem_${i % 8}`,
    credentialId: 'key_0',
    credentialKind: 'api-key',
    face: 'mcp',
    era: '2025-11-25',
    client: null,
    correlationId: 'seed',
    operation: 'tools/call',
    tool: 'crm.tool_07',
    runId: `run_seed_${i}`,
  }
}
