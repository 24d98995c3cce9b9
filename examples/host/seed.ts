/** Who and what is there when the example starts for the first time. */

import { digestApiKey } from 'allv-mcp'
import type { AnyPostgres, PostgresAdapters } from 'allv-mcp/postgres'
import { MCP_SCHEMA } from './database.js'
import { SALES } from './sales-seed.js'
import type { SalesStore } from './sales-store.js'

export const WORKSPACES = [
  { id: 'ws_acme', name: 'Acme' },
  { id: 'ws_globex', name: 'Globex' },
] as const

export const MEMBERS = [
  member('ws_acme', 'mem_ada', 'ada@acme.test', { roles: ['admin'] }),
  member('ws_acme', 'mem_maria', 'maria@acme.test'),
  member('ws_acme', 'mem_omar', 'omar@acme.test'),
  member('ws_acme', 'mem_ivan', 'ivan@acme.test', { active: false }),
  member('ws_globex', 'mem_grace', 'grace@globex.test', { roles: ['admin'] }),
  member('ws_globex', 'mem_lin', 'lin@globex.test'),
]

/** The raw key of each workspace. */
export type DemoKeys = Readonly<Record<(typeof WORKSPACES)[number]['id'], string>>

/** All that a key can do here. */
const KEY_SCOPES = ['deals:read', 'deals:write', 'memory:read', 'memory:write']

type Seeded = Pick<PostgresAdapters, 'apiKeys' | 'members' | 'memory'>

/** Leaves alone what an earlier start left. A workspace is founded by one node, however many start at once. */
export async function seed(adapters: Seeded, sales: SalesStore, keys: DemoKeys): Promise<void> {
  for (const workspace of WORKSPACES) {
    const { id, name } = workspace
    for (const one of MEMBERS.filter(({ workspaceId }) => workspaceId === id)) await adapters.members.put(one)
    if (await sales.found(workspace, SALES[id])) {
      for (const [key, title, text] of memoryOf(name)) await adapters.memory.put(id, { key, title, text })
    }
    await issueKey(adapters, { workspaceId: id, name: `${name} demo key`, key: keys[id] })
  }
}

/** Keys of earlier versions, whose tools asked for no scope, go on working. */
export async function widenKeys(pool: AnyPostgres): Promise<void> {
  await pool.query(
    `update ${MCP_SCHEMA}.api_keys set scopes = $1::text::json where scopes::text = '["memory:read","memory:write"]'`,
    [JSON.stringify(KEY_SCOPES)],
  )
}

/** A demo prints its keys, so it makes them itself. A real app shows what `apiKeys.create` gives, once. */
async function issueKey(
  { apiKeys }: Seeded,
  { workspaceId, name, key }: { readonly workspaceId: string; readonly name: string; readonly key: string },
): Promise<void> {
  const digest = digestApiKey(key)
  if ((await apiKeys.findByDigest({ digest })) !== null) return
  const id = `key_${workspaceId}_${digest.slice(0, 8)}`
  const scopes = KEY_SCOPES
  await apiKeys
    .create({ id, workspaceId, name, scopes, members: 'any', digest })
    .catch(async (error: unknown) => {
      // Another node that started at the same time was faster.
      if ((await apiKeys.findByDigest({ digest })) === null) throw error
    })
}

function member(workspaceId: string, id: string, email: string, { roles = ['member'], active = true } = {}) {
  return { id, workspaceId, email, active, name: email.split('@')[0] ?? id, roles }
}

function memoryOf(company: string): readonly (readonly [key: string, title: string, text: string])[] {
  return [
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
}
