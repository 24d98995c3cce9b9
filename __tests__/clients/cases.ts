/** The connections that each client is tested with. */

import { CLIENTS, type ClientId, type Connection, type OperatingSystem } from 'allv-mcp/clients'

export const IDS: readonly ClientId[] = CLIENTS.map(({ id }) => id)
export const SYSTEMS: readonly OperatingSystem[] = ['mac', 'linux', 'windows']

export const SALES = {
  name: 'sales',
  url: 'https://app.example/api/workspaces/ws_acme/mcp',
} as const

/** The address of the same workspace for OAuth. */
export const SALES_OAUTH = { ...SALES, url: `${SALES.url}/oauth` } as const

/** The ways to authenticate, by the title of their part of a golden file. */
export const WAYS: ReadonlyMap<string, Connection> = new Map<string, Connection>([
  ['a key and a member', { ...SALES, member: { email: 'maria@acme.test' } }],
  ['a key that is bound to one member', { ...SALES, boundKey: true }],
  ['OAuth', { ...SALES_OAUTH, auth: 'oauth' }],
])
