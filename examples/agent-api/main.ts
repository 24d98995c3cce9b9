/** Starts the assistant endpoint on the sales workspace of the example host: `npm run example:agent-api`. */

import { randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { digestApiKey, generateApiKey } from 'allv-mcp'
import { createHostAdapters } from '../host/app.js'
import { createApprovalsPage } from '../host/approvals/approvals-page.js'
import { prepare } from '../host/database.js'
import { answerErrors } from '../host/pages/answer-errors.js'
import { createHomePage } from '../host/pages/home-page.js'
import { createSalesPages } from '../host/pages/sales-pages.js'
import { createSalesStore } from '../host/sales-store.js'
import { seed } from '../host/seed.js'
import { createAssistantApp } from './app.js'

const port = Number(process.env['PORT'] ?? 3001)
const origin = `http://127.0.0.1:${port}`
const keys = {
  ws_acme: generateApiKey({ mode: 'test' }).key,
  ws_globex: generateApiKey({ mode: 'test' }).key,
}
const token = randomBytes(18).toString('base64url')
const workspaceByToken = new Map([[digestApiKey(token), 'ws_acme']])
const { env } = process
const password = () => randomBytes(9).toString('base64url')
const operatorPassword = env['ALLV_DEMO_OPERATOR_PASSWORD'] ?? password()
const memberPassword = env['ALLV_DEMO_MEMBER_PASSWORD'] ?? password()

// In memory: gone when it stops.
const pool = new PGlite()
await prepare(pool)
const sales = createSalesStore(pool)
const adapters = createHostAdapters({ pool, sales, publicUrl: `${origin}/api` })
await seed(adapters, sales, keys)
const { app, mcp } = createAssistantApp({
  adapters,
  publicUrl: `${origin}/api`,
  approvalHoldMs: 1_000,
  // The product's own names, where its users meet them.
  brand: {
    realm: 'assistant',
    headerPrefix: 'x-assistant-',
    metaPrefix: 'example.assistant/',
    memoryScheme: 'assistant',
  },
  // Looked up by digest, so that the time it takes tells nothing about the token.
  workspaceOf: (presented) => workspaceByToken.get(digestApiKey(presented)) ?? null,
})
app.use(
  createHomePage(sales, { origin, headerPrefix: 'x-assistant-' }),
  createSalesPages(sales),
  createApprovalsPage(adapters, { operatorPassword, memberPassword }),
  answerErrors,
)

const server = app.listen(port, '127.0.0.1', (error?: Error) => {
  if (error === undefined) return console.log(greeting())
  console.error(`cannot listen on ${origin} (${error.message}); set PORT to a free port`)
  process.exit(1)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

async function stop(): Promise<void> {
  server.close()
  await mcp.close()
  server.closeAllConnections()
  await adapters.events.close()
  await pool.close()
}

function greeting(): string {
  const curl = (body: object) =>
    `curl ${origin}/assistant/actions -H "Authorization: Bearer ${token}" -H "content-type: application/json" -d '${JSON.stringify(body)}'`
  return `
The assistant endpoint, in the product's own words:
${curl({ action: 'deals.search', input: { query: 'magnet' }, as: 'mem_maria' })}

An action that must be approved answers 202; approve it at ${origin}/approvals (operator / ${operatorPassword}) and send it again:
${curl({ action: 'deals.delete', input: { dealId: 'deal_acme_2' }, as: 'mem_maria' })}

The same tools for MCP clients:
${origin}/api/workspaces/ws_acme/mcp   (x-api-key: ${keys.ws_acme}, x-assistant-user-id: mem_maria)
`
}
