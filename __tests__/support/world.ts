/** A small world for tests: two workspaces, their members and keys, tools of every kind, and everything that happened in it. */

import {
  type Adapters,
  type AllvMcpOptions,
  type AllvMcpRouter,
  createAllvMcpRouter,
  createControlPlane,
  createToolProvider,
  digestApiKey,
  type Tool,
  type ToolProvider,
} from 'allv-mcp'
import { createInMemoryAdapters, type InMemoryAdapters, type StoredApiKey } from 'allv-mcp/testing'
import { createWorldTools, type Executions } from './tools.js'

export const KEYS = {
  acme: 'sk_test_acme',
  acmeBound: 'sk_test_acme_bound_to_maria',
  acmeListed: 'sk_test_acme_for_maria_and_omar',
  acmeNoScopes: 'sk_test_acme_without_scopes',
  acmeReader: 'sk_test_acme_reader',
  acmeExpired: 'sk_test_acme_expired',
  acmeRevoked: 'sk_test_acme_revoked',
  globex: 'sk_test_globex',
} as const

export type KeyName = keyof typeof KEYS

const member = (
  workspaceId: string,
  name: string,
  over: { active?: boolean; roles?: readonly string[] } = {},
) => ({
  id: `mem_${name}`,
  workspaceId,
  email: `${name}@${workspaceId.slice(3)}.test`,
  active: true,
  name,
  ...over,
})

const key = (name: KeyName, over: Partial<StoredApiKey> = {}): StoredApiKey => ({
  id: `key_${name}`,
  workspaceId: name === 'globex' ? 'ws_globex' : 'ws_acme',
  name,
  scopes: ['memory:read', 'memory:write'],
  members: 'any',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: null,
  revokedAt: null,
  digest: digestApiKey(KEYS[name]),
  ...over,
})

/** The policy of the world is that of its tools. */
type WorldAdapters = InMemoryAdapters & { readonly tools: ToolProvider }

/** A world has memory and approvals, whatever a test replaces. */
type WorldOptionsWhole = AllvMcpOptions & {
  readonly adapters: Required<Pick<Adapters, 'memory' | 'approvals'>>
}

export interface World {
  readonly adapters: WorldAdapters
  readonly options: WorldOptionsWhole
  readonly executions: Executions
  /** The calls of `onError`. */
  readonly failures: { readonly error: unknown; readonly code: string; readonly correlationId: string }[]
  router(): AllvMcpRouter
}

export interface WorldOptions extends Partial<Omit<AllvMcpOptions, 'adapters'>> {
  /** Replaces or adds adapters, made from the in-memory ones. */
  readonly adapt?: (adapters: WorldAdapters) => Partial<AllvMcpOptions['adapters']>
  readonly tools?: readonly Tool[]
}

export function createWorld({ adapt = () => ({}), tools = [], ...options }: WorldOptions = {}): World {
  const executions: Executions = []
  const failures: World['failures'] = []
  const provider = createToolProvider([...createWorldTools(executions), ...tools])
  const stores = createInMemoryAdapters({
    apiKeys: [
      key('acme'),
      key('acmeBound', { members: ['mem_maria'] }),
      key('acmeListed', { members: ['mem_maria', 'mem_omar', 'mem_ivan'] }),
      key('acmeNoScopes', { scopes: [] }),
      key('acmeReader', { scopes: ['memory:read'] }),
      key('acmeExpired', { expiresAt: new Date('2026-01-02T00:00:00Z') }),
      key('acmeRevoked', { revokedAt: new Date('2026-01-02T00:00:00Z') }),
      key('globex'),
    ],
    members: [
      member('ws_acme', 'ada', { roles: ['admin'] }),
      member('ws_acme', 'maria'),
      member('ws_acme', 'omar'),
      member('ws_acme', 'ivan', { active: false }),
      member('ws_globex', 'grace', { roles: ['admin'] }),
      member('ws_globex', 'lin'),
    ],
    memory: {
      ws_acme: [
        { key: 'tone', title: 'Tone', text: 'formal' },
        { key: 'notes/a b', text: 'spaced' },
      ],
      ws_globex: [{ key: 'tone', text: 'casual' }],
    },
    tools: provider,
  })
  const adapters = { ...stores, tools: provider }
  const given = { ...adapters, ...adapt(adapters) }
  // Tests that bring a raw list of tools keep the rules of the world's own.
  const rules = given.tools.evaluate === undefined ? { policy: provider } : {}
  const all: WorldOptionsWhole = {
    secret: 'a secret that only these tests have',
    approvalHoldMs: 50,
    onError: (error, report) => failures.push({ error, ...report }),
    ...options,
    adapters: { ...rules, ...given },
  }
  const plane = createControlPlane(all)
  return { adapters, options: all, executions, failures, router: () => createAllvMcpRouter(plane) }
}
