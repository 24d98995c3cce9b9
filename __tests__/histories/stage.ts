/** Stores that outlive their nodes, nodes that share them and a secret, and what happened: for one history. */

import type { Adapters } from '../../lib/adapters/all.js'
import type { Approval, Decision } from '../../lib/adapters/approvals.js'
import { isAllvError } from '../../lib/errors.js'
import { type FailureReport, readOptions } from '../../lib/options.js'
import { createHub, createInProcessEvents } from '../../lib/pipeline/hub.js'
import { createPlane, type Plane } from '../../lib/pipeline/plane.js'
import type { Sealer } from '../../lib/seal.js'
import { createInMemoryApprovals, type InMemoryApprovals } from '../../lib/testing/in-memory-approvals.js'
import { createInMemoryMembers } from '../../lib/testing/in-memory-members.js'
import { createInMemoryRuns, type InMemoryRuns } from '../../lib/testing/in-memory-runs.js'
import { createGates, type Gates, type Life } from './gates.js'
import { createTools, type Effect, isParsedOnce, verdictOf, type World } from './tools.js'

export interface Node {
  readonly life: Life
  readonly plane: Plane
  readonly closing: AbortController
}

export interface Stores {
  readonly approvals: Omit<InMemoryApprovals, 'request'> & Pick<Adapters['approvals'], 'request'>
  readonly runs: InMemoryRuns
}

export interface Stage {
  readonly gates: Gates
  readonly stores: Stores
  readonly effects: readonly Effect[]
  readonly decisions: readonly Decision[]
  /** What members said in their clients to forms that decide: `specKey`, and approve or deny. */
  readonly words: Set<string>
  readonly broken: string[]
  readonly nodes: [Node, Node]
  /** A node that came up just now. */
  fresh(): Node
  decide(decision: Decision): Promise<string>
  judge: (effect: Effect) => void
  crashes: number
  /** Time ran on while somebody was at work: leases and time limits may have passed under them. */
  overrun: boolean
}

export const MEMBERS = ['mem_maria', 'mem_omar'] as const
const HOLD_MS = 1000
const members = createInMemoryMembers(
  MEMBERS.map((id) => ({ id, workspaceId: 'ws_acme', email: `${id}@acme.test`, active: true })),
)
const memory: Adapters['memory'] = {
  list: async () => ({ entries: [], nextCursor: null }),
  read: async () => null,
}
const apiKeys: Adapters['apiKeys'] = { findByDigest: async () => null }
const template = createPlane(
  readOptions({
    adapters: {
      apiKeys,
      members,
      memory,
      approvals: createInMemoryApprovals(),
      tools: { list: async () => [], call: async () => ({}) },
    },
    rateLimit: false,
    approvalHoldMs: HOLD_MS,
    // A slow store is a pile of gates here, and a store that is down is another test's.
    adapterTimeoutMs: 2 ** 31 - 1,
  }),
)

export function createStage(bend: (stores: Stores) => Stores): Stage {
  const gates = createGates()
  const broken: string[] = []
  const approvals = createInMemoryApprovals({
    async evaluate({ tool, arguments: args }) {
      if (!isParsedOnce(args)) broken.push(`the rule is asked about ${JSON.stringify(args)}`)
      return verdictOf(tool.name)
    },
  })
  const stores = bend({ approvals, runs: createInMemoryRuns() })
  const events = createInProcessEvents()
  const sealer = createVault()
  const effects: Effect[] = []
  const decisions: Decision[] = []
  const world: World = {
    gates,
    had(effect) {
      const full = { ...effect, serial: effects.length + 1 }
      stage.judge(full)
      effects.push(full)
      return full
    },
  }
  const decide = async (decision: Decision) => {
    const result = await stores.approvals.decide(decision)
    if (result.status === 'decided') decisions.push(decision)
    return result
  }
  const fresh = (): Node => {
    const life: Life = { dead: false }
    const onError = (error: unknown, report?: FailureReport) => {
      // Tools here may take longer than their limit: that is no fault.
      if (report?.code === 'TOOL_TIMED_OUT') return
      if (!(error instanceof Error && error.message === 'stopped') && !isAllvError(error))
        broken.push(`a node reports ${String(error)}`)
    }
    const adapters: Adapters = {
      ...template.config.adapters,
      ...gated({ ...stores, approvals: { ...stores.approvals, decide } }, gates, life),
      events: {
        publish: (event) => gates.pass(life).then(() => events.publish(event)),
        subscribe: events.subscribe,
      },
      tools: createTools(world, life),
    }
    const hub = createHub(adapters.events ?? events, onError)
    const plane = { ...template, sealer, hub, config: { ...template.config, adapters, onError } }
    return { life, plane, closing: new AbortController() }
  }
  const stage: Stage = {
    gates,
    stores,
    effects,
    decisions,
    words: new Set(),
    broken,
    nodes: [fresh(), fresh()],
    fresh,
    decide: async (decision) => (await decide(decision)).status,
    judge: () => {},
    crashes: 0,
    overrun: false,
  }
  return stage
}

/** Whoever changes a store passes a gate before and one after: a node may die in between. */
function gated(
  {
    approvals,
    runs,
  }: Stores & { readonly approvals: { readonly decide: NonNullable<Adapters['approvals']['decide']> } },
  gates: Gates,
  life: Life,
): Pick<Adapters, 'approvals' | 'runs'> {
  const reading =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await gates.pass(life)
      return act(...args)
    }
  const writing =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await gates.pass(life)
      const given = await act(...args)
      await gates.pass(life)
      return given
    }
  return {
    approvals: {
      evaluate: approvals.evaluate,
      request: writing(approvals.request),
      get: reading(approvals.get),
      consume: writing(approvals.consume),
      settle: writing(approvals.settle),
      extend: reading(approvals.extend),
      decide: writing(approvals.decide),
      wait: writing(approvals.wait),
      url: async ({ id }: Approval) => `https://acme.test/approvals/${id}`,
    },
    runs: {
      begin: writing(runs.begin),
      end: writing(runs.end),
      get: reading(runs.get),
      extend: reading(runs.extend),
      list: runs.list,
    },
  }
}

/** What is sealed stays here, and a number travels: real sealing is tested elsewhere, and takes longer than a history may. */
function createVault(): Sealer {
  const kept = new Map<string, { purpose: string; state: Readonly<Record<string, string>>; until: number }>()
  return {
    async seal(purpose, state, ttlSeconds) {
      const token = `sealed ${kept.size}`
      kept.set(token, { purpose, state, until: Date.now() + ttlSeconds * 1000 })
      return token
    },
    async open(purpose, token) {
      const found = kept.get(token)
      return found?.purpose === purpose && found.until > Date.now() ? found.state : null
    },
  }
}
