/** The app's own pages and API, which were there before MCP came. They have no sign-in: the demo listens on this machine only. */

import express, { type Request, type Response, type Router } from 'express'
import type { SalesRecords, SalesStore } from '../sales-store.js'
import { WORKSPACES } from '../seed.js'
import { CLIENT_TABS } from './client-tabs.js'
import { type Html, html } from './html.js'
import { type Page, renderPage } from './page.js'
import { pageHeaders } from './page-headers.js'
import { styleSheet } from './style/style.js'

interface Workspace {
  readonly name: string
  readonly records: SalesRecords
}

export function createSalesPages(sales: SalesStore): Router {
  const router = express.Router()
  const css = styleSheet(CLIENT_TABS)
  router.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  router.get('/style.css', (_req, res) => void res.type('css').send(css))
  const show =
    (page: Pick<Page, 'title' | 'section'>, bodyOf: (one: Workspace) => Html) =>
    async (_req: Request, res: Response) => {
      const all = await Promise.all(
        WORKSPACES.map(async ({ id, name }) => ({ name, records: await sales.of(id) })),
      )
      res.send(renderPage({ ...page, body: html`${all.map(bodyOf)}` }))
    }
  const headers = pageHeaders({ script: false })
  router.get('/deals', headers, show({ title: 'Deals', section: '/deals' }, dealsOf))
  router.get('/contacts', headers, show({ title: 'Contacts', section: '/contacts' }, contactsOf))
  for (const kind of ['deals', 'contacts', 'notes'] as const) {
    router.get(`/api/${kind}`, async (req: Request, res: Response) => {
      const workspace = WORKSPACES.find(({ id }) => id === req.query['workspace'])
      if (workspace !== undefined) res.json({ [kind]: (await sales.of(workspace.id))[kind] })
      else res.status(400).json({ error: `name a workspace: /api/${kind}?workspace=ws_acme` })
    })
  }
  return router
}

const STAGE_MARKS = { open: 'wait', won: 'ok', lost: 'stop' } as const

function dealsOf({ name, records: { deals, notes } }: Workspace): Html {
  const rows = deals.map(({ id, title, amount, stage }) => {
    const noted = notes.filter(({ dealId }) => dealId === id).map(({ text }) => text)
    return html`<tr><td><b>${title}</b><br><code>${id}</code></td><td><span class="tag ${STAGE_MARKS[stage]}">${stage}</span></td><td class="wide">${noted.join(' ')}</td><td class="num">€${amount.toLocaleString('en')}</td></tr>`
  })
  return list(
    name,
    html`<tr><th>Deal</th><th>Stage</th><th class="wide">Notes</th><th class="num">Amount</th></tr>`,
    rows,
  )
}

function contactsOf({ name, records: { contacts } }: Workspace): Html {
  const rows = contacts.map(
    (contact) =>
      html`<tr><td><b>${contact.name}</b></td><td>${contact.email}</td><td class="wide">${contact.company}</td></tr>`,
  )
  return list(name, html`<tr><th>Name</th><th>Email</th><th class="wide">Company</th></tr>`, rows)
}

function list(title: string, head: Html, rows: readonly Html[]): Html {
  return html`<section class="section"><h2>${title}<small>${rows.length}</small></h2><div class="sheet"><table class="list"><thead>${head}</thead><tbody>${rows}</tbody></table></div></section>`
}
