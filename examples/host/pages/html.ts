/** HTML as text. Every value is escaped where it enters the page. */

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
