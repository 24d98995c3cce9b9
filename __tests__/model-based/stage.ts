/** One sequence: stores that survive their nodes, nodes that share them and a secret, and a record of what happened. */

import type { Adapters } from '../../lib/adapters/adapters.js'
import type { ApprovalsAdapter, Decision } from '../../lib/adapters/approvals.js'
import type { MemoryAdapter } from '../../lib/adapters/memory.js'
import type { PolicyAdapter } from '../../lib/adapters/policy.js'
import { createEventBus, createInProcessEvents } from '../../lib/control-plane/runtime/event-bus.js'
import { type FailureReport, readOptions } from '../../lib/control-plane/runtime/options.js'
import { createRuntime, type Runtime } from '../../lib/control-plane/runtime/runtime.js'
import { isAllvError } from '../../lib/foundation/errors/allv-error.js'
import { createInMemoryApprovals, type InMemoryApprovals } from '../../lib/testing/in-memory/approvals.js'
import { createInMemoryMembers } from '../../lib/testing/in-memory/members.js'
import { createInMemoryRuns, type InMemoryRuns } from '../../lib/testing/in-memory/runs.js'
import { allowEveryCall } from '../../lib/tools/allow-every-call.js'
import type { Clock } from './clock.js'
import { type Credentials, createCredentials } from './credentials.js'
import { gated } from './gated.js'
import { createGates, type Gates, type Life } from './gates.js'
import { createRules, RULE_DOWN, type Rules } from './rules.js'
import { createVault, type Vault } from './sealer.js'
import { createTools, type Effect, type World } from './tools.js'

export interface Node {
  readonly life: Life
  readonly plane: Runtime
  readonly closing: AbortController
  /** How much its clock is off from the stores'. */
  readonly shiftMs: number
}

export interface Stores {
  readonly approvals: Omit<InMemoryApprovals, 'request'> & Pick<ApprovalsAdapter, 'request'>
  readonly policy: PolicyAdapter
  readonly runs: InMemoryRuns
  readonly apiKeys: Adapters['apiKeys']
  readonly vault: Vault
}

export interface Stage {
  readonly gates: Gates
  readonly stores: Stores
  readonly rules: Rules
  readonly credentials: Credentials
  readonly effects: readonly Effect[]
  readonly decisions: readonly Decision[]
  /** What members said in their clients to forms that decide: `specKey`, and approve or deny. */
  readonly words: Set<string>
  readonly broken: string[]
  readonly nodes: [Node, Node]
  /** Starts a node. A number names its clock. */
  fresh(seed: number): Node
  decide(decision: Decision): Promise<string>
  judge: (effect: Effect) => void
  crashes: number
  /** How many nodes had a clock that is off. */
  shifted(): number
  /** Whether time passed while a call was running: its leases and time limits may have ended. */
  overrun: boolean
}

export const MEMBERS = ['mem_maria', 'mem_omar'] as const
const HOLD_MS = 1000
const members = createInMemoryMembers(
  MEMBERS.map((id) => ({ id, workspaceId: 'ws_acme', email: `${id}@acme.test`, active: true })),
)
const memory: MemoryAdapter = {
  list: async () => ({ entries: [], nextCursor: null }),
  read: async () => null,
}
const template = createRuntime(
  readOptions({
    adapters: {
      apiKeys: { findByDigest: async () => null },
      members,
      memory,
      approvals: createInMemoryApprovals(),
      policy: allowEveryCall(),
      tools: { list: async () => [], call: async () => ({}) },
    },
    rateLimit: false,
    approvalHoldMs: HOLD_MS,
    // Gates make stores slow here. Stores that are down are part of another test.
    adapterTimeoutMs: 2 ** 31 - 1,
  }),
)

/** Slow, right and fast. */
const SHIFTS_MS = [-60, 0, 60].map((minutes) => minutes * 60_000)
/** How long the key of a sequence is valid. In most sequences the host vouches, and there is no key. */
const KEYS_LAST_MS = [null, null, null, null, null, 3_600_000, 600_000, 20_000]

/** `seed` selects the credential of the calls, and the clocks of the first two nodes. */
export function createStage(clock: Clock, bend: (stores: Stores) => Stores, seed: number): Stage {
  const gates = createGates()
  const broken: string[] = []
  const rules = createRules(broken)
  const credentials = createCredentials(clock.now, KEYS_LAST_MS[seed % KEYS_LAST_MS.length] ?? null)
  const stores = bend(createStores(clock, rules, credentials, broken))
  const events = createInProcessEvents()
  const effects: Effect[] = []
  const decisions: Decision[] = []
  const world: World = {
    gates,
    begins: rules.begins,
    had(effect) {
      const full = { ...effect, serial: effects.length + 1 }
      stage.judge(full)
      effects.push(full)
      return full
    },
  }
  const decide = async (decision: Decision) => {
    const result = await stores.approvals.decide(decision)
    if (result.status === 'decided') {
      decisions.push(decision)
      rules.decided(decision.id)
    }
    return result
  }
  const onError = (error: unknown, report?: FailureReport) => {
    // Tools here may take longer than their limit: that is no fault.
    if (report?.code === 'TOOL_TIMED_OUT') return
    const expected = error instanceof Error && (error.message === 'stopped' || error.message === RULE_DOWN)
    if (!expected && !isAllvError(error)) broken.push(`a node reports ${String(error)}`)
  }
  let shifted = 0
  const fresh = (draw: number): Node => {
    const life: Life = { dead: false }
    const shiftMs = SHIFTS_MS[draw % SHIFTS_MS.length] ?? 0
    if (shiftMs !== 0) shifted += 1
    const adapters: Adapters = {
      ...template.config.adapters,
      ...gated({ ...stores, approvals: { ...stores.approvals, decide } }, stage, life),
      apiKeys: stores.apiKeys,
      events: {
        publish: (event) => gates.pass(life).then(() => events.publish(event)),
        subscribe: events.subscribe,
      },
      tools: createTools(world, life),
    }
    const sealer = stores.vault.sealer(() => clock.now() + shiftMs)
    const eventBus = createEventBus({
      events: adapters.events ?? events,
      sealer,
      // A gate may hold an event for hours, and a sealed one is good for a minute. A late event does nothing.
      onError: (error) => /could not be opened/.test(String(error)) || onError(error),
    })
    const plane = {
      ...template,
      sealer,
      eventBus,
      config: { ...template.config, adapters, policy: stores.policy, onError },
    }
    return { life, plane, closing: new AbortController(), shiftMs }
  }
  const stage: Omit<Stage, 'nodes'> = {
    gates,
    stores,
    rules,
    credentials,
    effects,
    decisions,
    words: new Set(),
    broken,
    fresh,
    decide: async (decision) => (await decide(decision)).status,
    judge: () => {},
    crashes: 0,
    shifted: () => shifted,
    overrun: false,
  }
  return Object.assign(stage, {
    nodes: [fresh(seed >> 3), fresh(Math.trunc((seed >> 3) / 3))] as [Node, Node],
  })
}

function createStores(clock: Clock, rules: Rules, { keys }: Credentials, broken: string[]): Stores {
  const time = () => new Date(clock.now())
  return {
    approvals: createInMemoryApprovals({ clock: time }),
    policy: { evaluate: rules.evaluate },
    runs: createInMemoryRuns({ clock: time }),
    apiKeys: keys,
    vault: createVault(clock.now, broken),
  }
}
