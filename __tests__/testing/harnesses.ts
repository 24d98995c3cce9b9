/** Harnesses of the contracts for in-memory adapters, correct or broken. */

import { createInProcessEvents } from 'allv-mcp'
import {
  type ApiKeysHarness,
  type ApprovalsHarness,
  type AuditHarness,
  createInMemoryApiKeys,
  createInMemoryApprovals,
  createInMemoryAudit,
  createInMemoryFeatures,
  createInMemoryMembers,
  createInMemoryMemory,
  createInMemoryRuns,
  type EventsHarness,
  type FeaturesHarness,
  type MembersHarness,
  type MemoryHarness,
  type PolicyHarness,
  type PromptsHarness,
  type ResourcesHarness,
  type RunsHarness,
  type ToolsHarness,
} from 'allv-mcp/testing'
import { ADA, MARIA, smallPrompts, smallResources, smallTools } from './small-adapters.js'

export function apiKeysHarness(): ApiKeysHarness {
  const adapter = createInMemoryApiKeys()
  return {
    adapter,
    add: async (key) => adapter.add(key),
    revoke: async (id, at) => void adapter.revoke(id, at),
  }
}

export function membersHarness(): MembersHarness {
  const adapter = createInMemoryMembers()
  return {
    adapter,
    add: async (member) => adapter.add(member),
    link: async (identity) => adapter.link(identity),
  }
}

export function featuresHarness(): FeaturesHarness {
  const adapter = createInMemoryFeatures()
  return { adapter, set: async (flag, workspaceId, on) => adapter.set(flag, workspaceId, on) }
}

/** On a clock that can be moved on; it also runs by itself, as `wait` needs it. */
export function approvalsHarness(): Required<Omit<ApprovalsHarness, 'close'>> {
  let ahead = 0
  const adapter = createInMemoryApprovals({ clock: () => new Date(Date.now() + ahead) })
  return {
    adapter,
    decide: adapter.decide,
    waiting: adapter.waiting,
    async advance(ms) {
      ahead += ms
    },
  }
}

export function runsHarness(): RunsHarness {
  return { adapter: createInMemoryRuns() }
}

export function auditHarness(): AuditHarness {
  const adapter = createInMemoryAudit()
  const of = (id: string | null) => adapter.events.filter(({ workspaceId }) => workspaceId === id)
  return {
    adapter,
    read: async (id) => of(id),
    filter: async (id, fact) =>
      of(id).filter((event) =>
        Object.entries(fact).every(([name, text]) =>
          Object.entries(event).some(([key, value]) => key === name && value === text),
        ),
      ),
  }
}

export function memoryHarness(): MemoryHarness & { adapter: ReturnType<typeof createInMemoryMemory> } {
  const adapter = createInMemoryMemory()
  return { adapter, put: async (workspaceId, key, text) => void adapter.put(workspaceId, { key, text }) }
}

export function policyHarness(): PolicyHarness {
  return { adapter: smallTools() }
}

export function toolsHarness(): ToolsHarness {
  return {
    adapter: smallTools(),
    context: ADA,
    sample: { name: 'echo', arguments: { text: 'hello' } },
    hidden: { name: 'secret', from: MARIA },
  }
}

export function eventsHarness(): EventsHarness {
  return { adapter: createInProcessEvents() }
}

export function promptsHarness(): PromptsHarness {
  return {
    adapter: smallPrompts(),
    context: ADA,
    sample: { name: 'weekly', arguments: { topic: 'deals' } },
    hidden: { name: 'secret', from: MARIA },
  }
}

export function resourcesHarness(): ResourcesHarness {
  return {
    adapter: smallResources(),
    context: ADA,
    sample: { uri: 'crm://deals/1' },
    hidden: { uri: 'crm://deals/2', from: MARIA },
  }
}
