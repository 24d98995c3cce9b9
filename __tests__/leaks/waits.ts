/** A plane that lives as long as the process, on stores that are replaced, so that what stays in memory is the plane's own. */

import type { Adapters } from '../../lib/adapters/adapters.js'
import type { EventsAdapter } from '../../lib/adapters/events.js'
import { admit } from '../../lib/control-plane/admission/admit.js'
import { NO_CAPABILITIES, REPEAT_ONLY } from '../../lib/control-plane/input/capabilities.js'
import { callTool } from '../../lib/control-plane/operations/call-tool.js'
import type { CallOutcome } from '../../lib/control-plane/request/call-outcome.js'
import type { CallInput } from '../../lib/control-plane/request/call-stages.js'
import type { Received } from '../../lib/control-plane/request/stages.js'
import { createInProcessEvents } from '../../lib/control-plane/runtime/event-bus.js'
import { readOptions } from '../../lib/control-plane/runtime/options.js'
import { createRuntime, type Runtime } from '../../lib/control-plane/runtime/runtime.js'
import { cancelledBy } from '../../lib/foundation/async/cancellation.js'
import { createInMemoryAdapters, type InMemoryAdapters } from '../../lib/testing/in-memory/adapters.js'

export interface Yard {
  readonly plane: Runtime
  /** The stores of this batch. */
  readonly stores: InMemoryAdapters
  /** Subscriptions that have not ended. */
  subscriptions(): number
  /** Throws away what the stores hold. */
  renew(): void
}

export interface YardOptions {
  readonly approvalHoldMs: number
  readonly ttlMs?: number
  /** Without it, events of the event bus end waits. */
  readonly storeWaits: boolean
}

export function createYard({ approvalHoldMs, ttlMs, storeWaits }: YardOptions): Yard {
  const fresh = () =>
    createInMemoryAdapters({
      members: [{ id: 'mem_maria', workspaceId: 'ws_acme', email: 'maria@acme.test', active: true }],
      tools: {
        list: async () => [{ name: 'wipe', description: 'Wipes.', inputSchema: { type: 'object' } }],
        call: async () => ({ content: [{ type: 'text', text: 'wiped' }] }),
      },
    })
  let stores = fresh()
  let open = 0
  const inner = createInProcessEvents()
  const events: EventsAdapter = {
    publish: inner.publish,
    subscribe(listener) {
      open += 1
      const end = inner.subscribe(listener)
      return () => {
        open -= 1
        end()
      }
    },
  }
  const adapters: Adapters = {
    apiKeys: stores.apiKeys,
    members: stores.members,
    memory: { list: async () => ({ entries: [], nextCursor: null }), read: async () => null },
    tools: stores.tools,
    events,
    policy: { evaluate: async () => ({ verdict: 'member', ...(ttlMs === undefined ? {} : { ttlMs }) }) },
    approvals: {
      request: (request) => stores.approvals.request(request),
      get: (query) => stores.approvals.get(query),
      consume: (claim) => stores.approvals.consume(claim),
      settle: (settlement) => stores.approvals.settle(settlement),
      decide: (decision) => stores.approvals.decide(decision),
      ...(storeWaits ? { wait: (query) => stores.approvals.wait(query) } : {}),
    },
    runs: {
      begin: (run) => stores.runs.begin(run),
      end: (end) => stores.runs.end(end),
      update: (update) => stores.runs.update(update),
      get: (query) => stores.runs.get(query),
      list: (query) => stores.runs.list(query),
    },
  }
  return {
    plane: createRuntime(
      readOptions({ adapters, maxPendingApprovals: 10_000, approvalHoldMs, rateLimit: false }),
    ),
    get stores() {
      return stores
    },
    subscriptions: () => open,
    renew() {
      stores = fresh()
    },
  }
}

export interface Waiting {
  readonly number: number
  readonly signal: AbortSignal
  readonly closing: AbortSignal
  readonly over?: Partial<Pick<CallInput, 'waits' | 'inputChannel'>>
}

/** One call that waits, with arguments that no other call has. */
export async function wait(
  { plane }: Yard,
  { number, signal, closing, over }: Waiting,
): Promise<CallOutcome> {
  const received: Received = {
    correlationId: `req_${number}`,
    face: 'mcp',
    era: '2026-07-28',
    claimedWorkspaceId: 'ws_acme',
    presented: { kind: 'host', via: 'leaks', scopes: ['*'] },
    resource: null,
    selector: { id: 'mem_maria' },
    client: null,
    trace: null,
    closing,
    background: (work) => void work(),
  }
  return callTool(plane, await admit(plane, received), {
    name: 'wipe',
    find: (tools) => tools.find(({ name }) => name === 'wipe'),
    arguments: { number },
    idempotencyKey: null,
    inputChannel: { capabilities: NO_CAPABILITIES },
    waits: REPEAT_ONLY,
    retry: null,
    task: null,
    cancel: cancelledBy(signal),
    mayReconnect: false,
    progress: () => {},
    ...over,
  })
}
