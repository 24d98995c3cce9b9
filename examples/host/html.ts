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
<body><header><a href="/">Sales workspace</a><nav><a href="/deals">Deals</a><a href="/approvals">Approvals</a></nav></header><main><h1>${title}</h1>${body}</main></body>
</html>`
  return frame.markup
}

export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #2457d6; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
header { display: flex; gap: 2rem; padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); }
header a { color: inherit; text-decoration: none; font-weight: 600; }
nav { display: flex; gap: 1rem; } nav a { font-weight: 400; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
article h2 { margin: 0 0 .5rem; font-size: 1.1rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 0 .75rem; }
dt { opacity: .7; } dd { margin: 0; } pre { background: #8881; padding: .75rem; border-radius: .4rem; overflow: auto; margin: 0 0 .75rem; }
.state { font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .6rem; margin-left: .5rem; }
form { display: flex; gap: .5rem; } input { flex: 1; font: inherit; padding: .35rem .6rem; }
button { font: inherit; padding: .35rem 1rem; border-radius: .4rem; border: 1px solid var(--line); cursor: pointer; }
button[value=approve] { background: var(--accent); color: #fff; border-color: transparent; }
`
