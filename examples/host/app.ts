/** A small sales app with pages and an API of its own, and MCP mounted beside them. */

import {
  type Adapters,
  type AllvMcpRouter,
  createAllvMcpRouter,
  type OAuthOptions,
  type RateLimiter,
} from 'allv-mcp'
import {
  type AnyPostgres,
  createPostgresAdapters,
  type NodeEvents,
  type PostgresAdapters,
} from 'allv-mcp/postgres'
import express, { type Express } from 'express'
import { createApprovalsPage } from './approvals/approvals-page.js'
import type { Passwords } from './approvals/sign-in.js'
import { createCrmTools } from './crm-tools.js'
import { MCP_SCHEMA } from './database.js'
import { answerErrors } from './pages/answer-errors.js'
import { createHomePage } from './pages/home-page.js'
import { createSalesPages } from './pages/sales-pages.js'
import { createSalesStore, type SalesStore } from './sales-store.js'
import { type DemoKeys, seed, widenKeys } from './seed.js'

export interface HostOptions extends Passwords {
  readonly pool: AnyPostgres
  readonly keys: DemoKeys
  /** Where clients reach the mount point, such as `http://127.0.0.1:3000/api`. */
  readonly publicUrl?: string
  /** Seals what clients carry. All nodes share one. */
  readonly secret?: string
  readonly approvalHoldMs?: number
  /** How long an approval waits for its decision. */
  readonly approvalTtlMs?: number
  /** Another way between nodes than the database. */
  readonly events?: NodeEvents
  readonly rateLimit?: RateLimiter
  /** How people sign in with access tokens. Without it, there are keys only. */
  readonly oauth?: OAuthOptions
}

export interface Host {
  readonly app: Express
  readonly adapters: HostAdapters
  readonly mcp: AllvMcpRouter
}

export type HostAdapters = Adapters & PostgresAdapters

export async function createHostApp({
  pool,
  keys,
  operatorPassword,
  memberPassword,
  events,
  ...options
}: HostOptions): Promise<Host> {
  const sales = createSalesStore(pool)
  const adapters = createHostAdapters({ pool, sales, events, publicUrl: options.publicUrl })
  await seed(adapters, sales, keys)
  await widenKeys(pool)
  const mcp = createAllvMcpRouter({
    adapters,
    ...options,
    serverInfo: { name: 'sales-workspace', version: '1.0.0', title: 'Sales workspace' },
    instructions: 'A sales workspace. Read the memory entry "tone" before you write to anybody.',
    onError: (error, { correlationId, code }) => console.error(correlationId, code, error),
  })
  const app = express()
  app.disable('x-powered-by')
  app.use(mcp.wellKnown)
  app.use('/api', mcp)
  app.use(createHomePage(sales, { origin: new URL(options.publicUrl ?? 'http://127.0.0.1:3000').origin }))
  app.use(createSalesPages(sales))
  app.use(createApprovalsPage(adapters, { operatorPassword, memberPassword }))
  app.use(answerErrors)
  return { app, adapters, mcp }
}

export interface AdapterOptions {
  readonly pool: AnyPostgres
  readonly sales: SalesStore
  readonly events?: NodeEvents | undefined
  readonly publicUrl?: string | undefined
}

export function createHostAdapters({ pool, sales, events, publicUrl }: AdapterOptions): HostAdapters {
  const tools = createCrmTools(sales)
  const stores = createPostgresAdapters({
    pool,
    schema: MCP_SCHEMA,
    // The page asks who is looking, so the link may be shown to anybody: the id in it is a name, not a secret.
    url: async ({ id }) =>
      publicUrl === undefined ? null : new URL(`/approvals/${encodeURIComponent(id)}`, publicUrl).href,
    ...(events === undefined ? {} : { events }),
    onError: (error) => console.error(error),
  })
  return { ...stores, tools }
}
