/** A small sales app with pages and an API of its own, and MCP mounted beside them. */

import { type AllvMcpRouter, createAllvMcpRouter } from 'allv-mcp'
import type { InMemoryAdapters } from 'allv-mcp/testing'
import express, { type Express } from 'express'
import { answerErrors } from './answer-errors.js'
import { createApprovalsPage } from './approvals-page.js'
import { createSalesPages } from './sales-pages.js'
import { SALES } from './sales-seed.js'
import { createSalesStore } from './sales-store.js'
import { createDemoAdapters, type DemoKeys } from './seed.js'

export interface HostOptions {
  readonly keys: DemoKeys
  readonly operatorPassword: string
  /** Where clients reach the mount point, such as `http://127.0.0.1:3000/api`. */
  readonly publicUrl?: string
  /** Seals what clients carry. A cluster shares one; here, one for each start is enough. */
  readonly secret?: string
  readonly approvalHoldMs?: number
}

export interface Host {
  readonly app: Express
  readonly adapters: InMemoryAdapters
  readonly mcp: AllvMcpRouter
}

export function createHostApp({ keys, operatorPassword, ...options }: HostOptions): Host {
  const sales = createSalesStore(SALES)
  const adapters = createDemoAdapters(keys, sales)
  const { publicUrl } = options
  // The page asks who is looking, so the link may be shown to anybody.
  const url = async () => (publicUrl === undefined ? null : new URL('/approvals', publicUrl).href)
  const mcp = createAllvMcpRouter({
    adapters: { ...adapters, approvals: { ...adapters.approvals, url } },
    ...options,
    serverInfo: { name: 'sales-workspace', version: '1.0.0', title: 'Sales workspace' },
    instructions: 'A sales workspace. Read the memory entry "tone" before you write to anybody.',
    onError: (error, { correlationId, code }) => console.error(correlationId, code, error),
  })
  const app = express()
  app.disable('x-powered-by')
  app.use('/api', mcp)
  app.use(createSalesPages(sales))
  app.use(createApprovalsPage(adapters, operatorPassword))
  app.use(answerErrors)
  return { app, adapters, mcp }
}
