/** The home page: what this is, where the endpoint is, what to try, how to connect a client. It holds no key and no password. */

import express, { type Request, type Response, type Router } from 'express'
import { curlCommand, KEY_VARIABLE } from '../first-call.js'
import type { SalesStore } from '../sales-store.js'
import { MEMBERS, WORKSPACES } from '../seed.js'
import { clientTabs } from './client-tabs.js'
import { codeBlock, copyButton, copyLine } from './code-block.js'
import { COPY_SCRIPT } from './copy-script.js'
import { type Html, html } from './html.js'
import { renderPage } from './page.js'
import { pageHeaders } from './page-headers.js'

export interface HomeOptions {
  /** Where clients reach the app. */
  readonly origin: string
  /** As in the option `brand`. */
  readonly headerPrefix?: string
}

const MEMBER_EMAIL = 'maria@acme.test'

export function createHomePage(sales: SalesStore, options: HomeOptions): Router {
  const router = express.Router()
  router.get('/copy.js', (_req, res) => void res.type('js').send(COPY_SCRIPT))
  router.get('/', pageHeaders({ script: true }), async (req: Request, res: Response) => {
    const body = html`${hero(options)}${tryIt(options)}${connect(options, req.get('user-agent') ?? '')}${await workspaces(sales)}`
    res.send(renderPage({ title: 'Home', section: '/', body, ownHeading: true, copyButtons: true }))
  })
  return router
}

function endpointOf({ origin }: HomeOptions): string {
  return `${origin}/api/workspaces/ws_acme/mcp`
}

function hero(options: HomeOptions): Html {
  const { headerPrefix = 'x-allv-' } = options
  return html`<section class="hero"><div class="stack">
<p class="eyebrow">The example of allv-mcp</p>
<h1>A sales app that AI clients can work in.</h1>
<p class="lead">A client gets the tools and the memory of one workspace, and acts for one of its members. What is risky waits for a person. Every call is on record.</p>
<div class="row"><a class="btn go tall" href="#connect">Connect a client</a><a class="btn tall" href="/approvals">Open approvals</a></div>
<p class="small soft">All of it runs on this machine. The key and the passwords are in the terminal where it was started.</p>
</div>
<section class="sheet" aria-labelledby="h-endpoint"><div class="panel-title"><h2 id="h-endpoint">MCP endpoint</h2><span class="end"><span class="state ok">Running</span></span></div>
<div class="box stack">${copyLine({ id: 'endpoint', name: 'the endpoint', text: endpointOf(options) })}
<dl class="facts"><dt>Key</dt><dd><code>Authorization: Bearer $${KEY_VARIABLE}</code></dd><dt>Member</dt><dd><code>${headerPrefix}user-email: ${MEMBER_EMAIL}</code></dd><dt>Transport</dt><dd>Streamable HTTP, MCP 2024-11-05 to 2026-07-28</dd></dl></div></section>
</section>`
}

function tryIt(options: HomeOptions): Html {
  const { headerPrefix = 'x-allv-' } = options
  const curl = curlCommand({
    endpoint: endpointOf(options),
    memberHeader: `${headerPrefix}user-email`,
    memberEmail: MEMBER_EMAIL,
  })
  return html`<section class="chapter" aria-labelledby="h-try"><div class="chapter-head"><h2 id="h-try">Try it</h2><p class="lead">Three steps, from the first call to a decision.</p></div>
<ol class="steps">
<li><div class="stack"><h3>Call a tool</h3><p class="soft">Paste the line <code>export ${KEY_VARIABLE}=…</code> from the terminal first. Searching needs no approval, so the answer comes at once.</p></div>${codeBlock({ id: 'curl', name: 'Terminal', text: curl })}</li>
<li><div class="stack"><h3>Ask for something risky</h3><p class="soft">This client looks around, makes a deal, asks to delete it, and waits for a person.</p></div>${copyLine({ id: 'client', name: 'the command', text: 'npm run example:client' })}</li>
<li><div class="stack"><h3>Decide it</h3><p class="soft">Sign in as <code>operator</code>. The page shows who asks, for what exactly, and until when. The client goes on at once.</p></div><div class="row"><a class="btn" href="/approvals">Open approvals</a></div></li>
</ol></section>`
}

const REQUESTS = [
  { text: 'Which deals are open, and what are they worth together?', means: 'Runs at once.' },
  { text: 'Delete the deal "Bird seed, one ton".', means: 'Waits for the operator.' },
  {
    text: 'Add to our memory "company/holidays" that we are closed in August.',
    means: 'Waits for you: all members read this entry.',
  },
]

function connect(options: HomeOptions, userAgent: string): Html {
  const { headerPrefix } = options
  const connection = {
    name: 'sales',
    url: endpointOf(options),
    keyVariable: KEY_VARIABLE,
    member: { email: MEMBER_EMAIL },
    os: systemOf(userAgent),
    ...(headerPrefix === undefined ? {} : { headerPrefix }),
  }
  return html`<section class="chapter" id="connect" aria-labelledby="h-connect"><div class="chapter-head"><h2 id="h-connect">Connect a client</h2><p class="lead">The real address and headers, ready to paste. For the others: <code>npx allv-mcp config --list</code></p></div>
${clientTabs(connection)}</section>
<section class="chapter" aria-labelledby="h-ask"><div class="chapter-head"><h2 id="h-ask">What to ask it</h2></div>
<ul class="asks">${REQUESTS.map(({ text, means }, i) => html`<li><div class="copyline"><span id="ask-${i}">${text}</span>${copyButton(`ask-${i}`, 'the request')}</div><p class="small faint">${means}</p></li>`)}</ul></section>`
}

/** The operating system of the visitor, to show the right paths. */
function systemOf(userAgent: string): 'mac' | 'linux' | 'windows' {
  if (/windows/i.test(userAgent)) return 'windows'
  return /mac os|macintosh/i.test(userAgent) ? 'mac' : 'linux'
}

async function workspaces(sales: SalesStore): Promise<Html> {
  const rows = await Promise.all(
    WORKSPACES.map(async ({ id, name }) => {
      const { deals, contacts } = await sales.of(id)
      const members = MEMBERS.filter(({ workspaceId, active }) => active && workspaceId === id)
      const names = members.map(({ email, roles }) => (roles.includes('admin') ? `${email} (admin)` : email))
      return html`<tr><td><b>${name}</b><br><code>${id}</code></td><td>${names.join(', ')}</td><td class="num wide">${deals.length}</td><td class="num wide">${contacts.length}</td></tr>`
    }),
  )
  return html`<section class="chapter" aria-labelledby="h-spaces"><div class="chapter-head"><h2 id="h-spaces">Workspaces</h2><p class="lead">Each has a key of its own. A key opens one workspace, and nothing of the other.</p></div>
<div class="sheet"><table class="list"><thead><tr><th>Workspace</th><th>Members to work as</th><th class="num wide">Deals</th><th class="num wide">Contacts</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}
