/** The app's own pages and API, which were there before MCP came. They have no sign-in: the demo listens on this machine only. */

import express, { type Router } from 'express'
import { type Html, html, page, STYLE } from './html.js'
import type { SalesStore } from './sales-store.js'
import { WORKSPACES } from './seed.js'

type Workspace = (typeof WORKSPACES)[number]

export function createSalesPages(sales: SalesStore): Router {
  const pages = express.Router()
  pages.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  pages.get('/style.css', (_req, res) => void res.type('css').send(STYLE))
  pages.get('/', (_req, res) => void res.send(page('Workspaces', overview(sales))))
  pages.get('/deals', (_req, res) => {
    res.send(page('Deals', html`${WORKSPACES.map((workspace) => dealsOf(sales, workspace))}`))
  })
  pages.get('/contacts', (_req, res) => {
    res.send(page('Contacts', html`${WORKSPACES.map((workspace) => contactsOf(sales, workspace))}`))
  })
  for (const kind of ['deals', 'contacts', 'notes'] as const) {
    pages.get(`/api/${kind}`, (req, res) => {
      const workspace = WORKSPACES.find(({ id }) => id === req.query['workspace'])
      if (workspace !== undefined) res.json({ [kind]: sales.of(workspace.id)[kind] })
      else res.status(400).json({ error: `name a workspace: /api/${kind}?workspace=ws_acme` })
    })
  }
  return pages
}

function overview(sales: SalesStore): Html {
  const rows = WORKSPACES.map(({ id, name }) => {
    const { deals, contacts, notes } = sales.of(id)
    return html`<tr><td>${name}</td><td><code>${id}</code></td><td>${deals.length}</td><td>${contacts.length}</td><td>${notes.length}</td></tr>`
  })
  return html`<table><tr><th>Name</th><th>Id</th><th>Deals</th><th>Contacts</th><th>Notes</th></tr>${rows}</table>`
}

function dealsOf(sales: SalesStore, { id, name }: Workspace): Html {
  const { deals, notes } = sales.of(id)
  const rows = deals.map((deal) => {
    const noted = notes.filter(({ dealId }) => dealId === deal.id).map(({ text }) => text)
    return html`<tr><td>${deal.title}<br><code>${deal.id}</code></td><td>€ ${deal.amount.toLocaleString('en')}</td><td>${deal.stage}</td><td>${noted.join(' ')}</td></tr>`
  })
  return html`<h2>${name}</h2><table><tr><th>Deal</th><th>Amount</th><th>Stage</th><th>Notes</th></tr>${rows}</table>`
}

function contactsOf(sales: SalesStore, { id, name }: Workspace): Html {
  const rows = sales
    .of(id)
    .contacts.map(
      (contact) =>
        html`<tr><td>${contact.name}</td><td>${contact.email}</td><td>${contact.company}</td></tr>`,
    )
  return html`<h2>${name}</h2><table><tr><th>Name</th><th>Email</th><th>Company</th></tr>${rows}</table>`
}
