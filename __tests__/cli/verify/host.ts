/** An app on stores in memory, correct or bent, and which of its guarantees fail. */

import { type Adapters, createAllvMcpRouter, digestApiKey, generateApiKey } from 'allv-mcp'
import {
  createInMemoryAdapters,
  defineVerification,
  type InMemoryAdapters,
  type Probe,
  type Verification,
  type VerifiedApp,
} from 'allv-mcp/testing'
import { allCases } from '../../../lib/cli/verify/all-cases.js'
import type { VerifyResult } from '../../../lib/cli/verify/case.js'
import { runCases } from '../../../lib/cli/verify/run-cases.js'

/** What a broken app has in place of the correct parts. */
export interface Bend {
  readonly adapters?: Partial<Adapters>
  readonly app?: Partial<VerifiedApp>
}

/** All nodes of one app share their stores. `bend` is called for each node. */
export function hostOf(
  bend: (stores: InMemoryAdapters, node: number) => Bend = () => ({}),
): NonNullable<Verification['host']> {
  const stores = createInMemoryAdapters()
  let nodes = 0
  return {
    lacks: ['durability'],
    async start(probe) {
      nodes += 1
      return startApp(probe, stores, bend(stores, nodes))
    },
  }
}

function startApp(probe: Probe, stores: InMemoryAdapters, { adapters = {}, app = {} }: Bend): VerifiedApp {
  const router = createAllvMcpRouter({
    ...probe.options,
    adapters: { ...stores, ...adapters, tools: probe.tools },
    secret: 'a secret that only this verification has',
    onError: false,
  })
  return {
    app: router,
    addMember: async (member) => stores.members.add(member),
    async issueKey(wanted) {
      const { key } = generateApiKey()
      const id = `key_${crypto.randomUUID()}`
      stores.apiKeys.add({ ...wanted, id, digest: digestApiKey(key), expiresAt: null, revokedAt: null })
      return { id, key }
    },
    revokeKey: async ({ id }) => void stores.apiKeys.revoke(id),
    decide: stores.approvals.decide,
    putMemory: async (workspaceId, key, text) => void stores.memory.put(workspaceId, { key, text }),
    close: () => router.close(),
    ...app,
  }
}

/** The results of the guarantees, without the contract suites. */
export function guaranteesOf(
  verification: Verification,
  only: (title: string) => boolean = () => true,
): Promise<readonly VerifyResult[]> {
  const cases = allCases(defineVerification(verification), null).filter(
    ({ group, title }) => group.startsWith('guarantee') && only(title),
  )
  return runCases(cases, {
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    report: () => {},
  })
}
