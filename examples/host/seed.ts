/** Who and what is there when the example starts. */

import { digestApiKey } from 'allv-mcp'
import {
  createInMemoryAdapters,
  type InMemoryAdapters,
  type MemorySeed,
  type StoredApiKey,
} from 'allv-mcp/testing'
import { createCrmTools } from './crm-tools.js'
import type { SalesStore } from './sales-store.js'

export const WORKSPACES = [
  { id: 'ws_acme', name: 'Acme' },
  { id: 'ws_globex', name: 'Globex' },
] as const

const MEMBERS = [
  member('ws_acme', 'mem_ada', 'ada@acme.test', { roles: ['admin'] }),
  member('ws_acme', 'mem_maria', 'maria@acme.test'),
  member('ws_acme', 'mem_omar', 'omar@acme.test'),
  member('ws_acme', 'mem_ivan', 'ivan@acme.test', { active: false }),
  member('ws_globex', 'mem_grace', 'grace@globex.test', { roles: ['admin'] }),
  member('ws_globex', 'mem_lin', 'lin@globex.test'),
]

/** The raw key of each workspace. */
export type DemoKeys = Readonly<Record<(typeof WORKSPACES)[number]['id'], string>>

/** In-memory adapters, for an example: an app with users keeps all of this in its database. */
export function createDemoAdapters(keys: DemoKeys, sales: SalesStore): InMemoryAdapters {
  const tools = createCrmTools(sales)
  return createInMemoryAdapters({
    apiKeys: WORKSPACES.map(({ id, name }) => apiKey(id, `${name} demo key`, keys[id])),
    members: MEMBERS,
    memory: Object.fromEntries(WORKSPACES.map(({ id, name }) => [id, memoryOf(name)])),
    tools,
    evaluate: tools.evaluate,
  })
}

function apiKey(workspaceId: string, name: string, key: string): StoredApiKey {
  return {
    id: `key_${workspaceId}`,
    workspaceId,
    name,
    scopes: ['memory:read', 'memory:write'],
    members: 'any',
    createdAt: new Date(),
    expiresAt: null,
    revokedAt: null,
    digest: digestApiKey(key),
  }
}

function member(workspaceId: string, id: string, email: string, { roles = ['member'], active = true } = {}) {
  return { id, workspaceId, email, active, name: email.split('@')[0] ?? id, roles }
}

function memoryOf(company: string): readonly MemorySeed[] {
  const entries: readonly (readonly [key: string, title: string, text: string])[] = [
    ['tone', 'Tone of voice', `${company} writes briefly, kindly, and without exclamation marks.`],
    ['company/profile', 'Company profile', `${company} sells to small and middle-sized companies.`],
    ['company/holidays', 'Holidays', 'Closed between Christmas and New Year.'],
    ['sales/process', 'Sales process', 'Qualify, propose, negotiate, close. Log every call.'],
    ['sales/discounts', 'Discounts', 'Up to 10 % without asking; above that ask an administrator.'],
    ['sales/targets', 'Targets', 'Ten new deals a month.'],
    ['sales/competitors', 'Competitors', 'Never name them first.'],
    ['support/hours', 'Support hours', 'Monday to Friday, 9 to 17.'],
    ['support/escalation', 'Escalation', 'Two unanswered mails, then a call, then the account owner.'],
    ['people/onboarding', 'Onboarding', 'First week: shadow three calls.'],
    ['templates/follow-up', 'Follow-up mail', 'Thank you for your time. As agreed, …'],
    ['glossary', 'Glossary', 'MQL: somebody who answered. SQL: somebody who asked for a price.'],
  ]
  return entries.map(([key, title, text]) => ({ key, title, text }))
}
