/** The frame of the app's pages: head, top bar, column. */

import { type Html, html } from './html.js'

export interface Page {
  readonly title: string
  /** The section in the top bar. */
  readonly section: (typeof SECTIONS)[number]['href']
  readonly body: Html
  /** Whether the body has its own heading. Otherwise the title is shown as one. */
  readonly ownHeading?: boolean
  /** Whether the page has copy buttons, and their script. */
  readonly copyButtons?: boolean
}

const SECTIONS = [
  { href: '/', name: 'Home' },
  { href: '/deals', name: 'Deals' },
  { href: '/contacts', name: 'Contacts' },
  { href: '/approvals', name: 'Approvals' },
] as const

export function renderPage({ title, section, body, ownHeading = false, copyButtons = false }: Page): string {
  const script = copyButtons ? html`<script src="/copy.js" defer></script>` : html``
  const heading = ownHeading ? html`` : html`<h1 class="page-title">${title}</h1>`
  const frame = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sales workspace</title>
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
${script}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="topbar"><div class="topbar-in"><a class="brand" href="/"><span class="mark" aria-hidden="true">s</span>Sales workspace</a><nav class="nav" aria-label="Sections">${SECTIONS.map((one) => link(one, section))}</nav></div></header>
<main id="main" class="page">${heading}${body}</main>
</body>
</html>`
  return frame.markup
}

function link({ href, name }: (typeof SECTIONS)[number], section: Page['section']): Html {
  return href === section
    ? html`<a href="${href}" aria-current="page">${name}</a>`
    : html`<a href="${href}">${name}</a>`
}
