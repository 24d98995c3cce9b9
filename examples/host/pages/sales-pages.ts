/** The app's own pages and API, which were there before MCP came. They have no sign-in: the demo listens on this machine only. */

import express, { type Request, type Response, type Router } from 'express'
import type { SalesRecords, SalesStore } from '../sales-store.js'
import { WORKSPACES } from '../seed.js'
import { type Html, html, page } from './html.js'
import { STYLE } from './style.js'

interface Workspace {
  readonly id: string
  readonly name: string
  readonly records: SalesRecords
}

export function createSalesPages(sales: SalesStore): Router {
  const pages = express.Router()
  pages.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  pages.get('/style.css', (_req, res) => void res.type('css').send(STYLE))
  const show =
    (title: string, body: (all: readonly Workspace[]) => Html) => async (_req: Request, res: Response) => {
      const all = await Promise.all(
        WORKSPACES.map(async (one) => ({ ...one, records: await sales.of(one.id) })),
      )
      res.send(page(title, body(all)))
    }
  pages.get('/', show('Workspaces', overview))
  pages.get(
    '/deals',
    show('Deals', (all) => html`${all.map(dealsOf)}`),
  )
  pages.get(
    '/contacts',
    show('Contacts', (all) => html`${all.map(contactsOf)}`),
  )
  for (const kind of ['deals', 'contacts', 'notes'] as const) {
    pages.get(`/api/${kind}`, async (req: Request, res: Response) => {
      const workspace = WORKSPACES.find(({ id }) => id === req.query['workspace'])
      if (workspace !== undefined) res.json({ [kind]: (await sales.of(workspace.id))[kind] })
      else res.status(400).json({ error: `name a workspace: /api/${kind}?workspace=ws_acme` })
    })
  }
  return pages
}

function overview(all: readonly Workspace[]): Html {
  const rows = all.map(({ id, name, records: { deals, contacts, notes } }) => {
    return html`<tr><td>${name}</td><td><code>${id}</code></td><td>${deals.length}</td><td>${contacts.length}</td><td>${notes.length}</td></tr>`
  })
  return html`<table><tr><th>Name</th><th>Id</th><th>Deals</th><th>Contacts</th><th>Notes</th></tr>${rows}</table>`
}

function dealsOf({ name, records: { deals, notes } }: Workspace): Html {
  const rows = deals.map((deal) => {
    const noted = notes.filter(({ dealId }) => dealId === deal.id).map(({ text }) => text)
    return html`<tr><td>${deal.title}<br><code>${deal.id}</code></td><td>€ ${deal.amount.toLocaleString('en')}</td><td>${deal.stage}</td><td>${noted.join(' ')}</td></tr>`
  })
  return html`<h2>${name}</h2><table><tr><th>Deal</th><th>Amount</th><th>Stage</th><th>Notes</th></tr>${rows}</table>`
}

function contactsOf({ name, records: { contacts } }: Workspace): Html {
  const rows = contacts.map(
    (contact) => html`<tr><td>${contact.name}</td><td>${contact.email}</td><td>${contact.company}</td></tr>`,
  )
  return html`<h2>${name}</h2><table><tr><th>Name</th><th>Email</th><th>Company</th></tr>${rows}</table>`
}
