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
