/** The app's page frame. Every value is escaped where it enters the page. */

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/** A tagged template that escapes what is put in, except other html. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (Html | readonly Html[] | string | number)[]
): Html {
  const parts = strings.map((text, i) => text + (i < values.length ? render(values[i] ?? '') : ''))
  return { markup: parts.join('') }
}

export interface Html {
  readonly markup: string
}

function render(value: Html | readonly Html[] | string | number): string {
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? '')
  }
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
}

export function page(title: string, body: Html): string {
  const frame = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><link rel="stylesheet" href="/style.css"></head>
<body><header><a href="/">Sales workspace</a><nav><a href="/deals">Deals</a><a href="/contacts">Contacts</a><a href="/approvals">Approvals</a></nav></header><main><h1>${title}</h1>${body}</main></body>
</html>`
  return frame.markup
}

export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #2457d6; --good: #1a7f4b; --bad: #b3261e; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); }
header a { color: inherit; text-decoration: none; font-weight: 600; }
nav { display: flex; gap: 1.25rem; } nav a { font-weight: 400; } nav a:hover { text-decoration: underline; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; } .quiet { opacity: .7; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; } td code { opacity: .7; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
h3 { display: flex; justify-content: space-between; align-items: center; margin: 0 0 .75rem; font-size: 1.05rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 0; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .75rem; border-radius: .4rem; margin: 0 0 .75rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .9rem/1.45 ui-monospace, monospace; }
.state { font-size: .8rem; font-weight: 500; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .65rem; }
.pending { color: var(--accent); } .approved, .executing, .settled { color: var(--good); } .denied, .expired, .unknown { color: var(--bad); }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
input { flex: 1 1 14rem; font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; }
button { font: inherit; padding: .35rem 1.1rem; border-radius: .4rem; border: 1px solid var(--line); cursor: pointer; }
button[value=approve] { background: var(--accent); color: #fff; border-color: transparent; }
`
