/** The frame of the sign-in's pages, in the look of the app. */

import type { RequestHandler } from 'express'
import { type Html, html } from '../../host/pages/html.js'
import { styleSheet } from '../../host/pages/style/style.js'

export const STYLE = `${styleSheet([])}
.door { display: grid; gap: var(--s4); max-inline-size: 26rem; margin: var(--s12) auto; padding-inline: var(--s4); }
.door form { display: grid; gap: var(--s3); } .door label { display: grid; gap: var(--s1); font-size: 0.8125rem; }
.door .choice { display: flex; align-items: center; gap: var(--s2); font-size: 0.875rem; }
.door fieldset { border: 1px solid var(--rim); border-radius: var(--round); padding: var(--s2) var(--s3); margin: 0; min-inline-size: 0; }
.door legend { padding-inline: var(--s1); font-size: 0.8125rem; color: var(--soft); }
.door ul { display: grid; gap: var(--s1); padding-inline-start: var(--s4); list-style: disc; }
`

/**
 * There is no `form-action`: browsers apply it to where a form leads in the end, which is the client that the person came from. The pages are never
 * shown in a frame, so nobody is made to click in one.
 */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
} as const

export const authPageHeaders: RequestHandler = (_req, res, next) => {
  res.set(HEADERS)
  next()
}

export function renderAuthPage(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sales workspace</title>
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main class="door"><p class="brand"><span class="mark" aria-hidden="true">s</span>Sales workspace</p><h1>${title}</h1>${body}</main>
</body>
</html>`.markup
}
