/** The app's own pages and API, which were there before MCP came. */

import express, { type Router } from 'express'
import { html, page, STYLE } from './html.js'
import type { SalesStore } from './sales-store.js'
import { WORKSPACES } from './seed.js'

export function createSalesPages(sales: SalesStore): Router {
  const pages = express.Router()
  pages.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  pages.get('/style.css', (_req, res) => void res.type('css').send(STYLE))
  pages.get('/', (_req, res) => {
    const rows = WORKSPACES.map(
      ({ id, name }) =>
        html`<tr><td>${name}</td><td><code>${id}</code></td><td>${sales.deals(id).length}</td></tr>`,
    )
    res.send(
      page(
        'Sales workspace',
        html`<table><tr><th>Workspace</th><th>Id</th><th>Deals</th></tr>${rows}</table>`,
      ),
    )
  })
  pages.get('/deals', (_req, res) => {
    const tables = WORKSPACES.map(({ id, name }) => {
      const rows = sales
        .deals(id)
        .map((deal) => html`<tr><td>${deal.title}</td><td>${deal.amount}</td><td>${deal.stage}</td></tr>`)
      return html`<h2>${name}</h2><table><tr><th>Title</th><th>Amount</th><th>Stage</th></tr>${rows}</table>`
    })
    res.send(page('Deals', html`${tables}`))
  })
  pages.get('/api/deals', (req, res) => {
    const { workspace } = req.query
    if (typeof workspace === 'string') res.json({ deals: sales.deals(workspace) })
    else res.status(400).json({ error: 'name the workspace: /api/deals?workspace=ws_acme' })
  })
  return pages
}
