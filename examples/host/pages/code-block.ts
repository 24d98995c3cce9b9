/** Text to copy: a block with a title, or one line. */

import { type Html, html } from './html.js'

export interface Copyable {
  /** Unique on the page. */
  readonly id: string
  /** What it is, for the title and for screen readers. */
  readonly name: string
  readonly text: string
}

export function codeBlock({ id, name, text }: Copyable): Html {
  // A single line is wrapped, and several keep their breaks.
  const shape = text.includes('\n') ? 'code' : 'code line'
  return html`<figure class="${shape}"><figcaption><span class="mono">${name}</span>${copyButton(id, name)}</figcaption><pre tabindex="0" role="group" aria-label="${name}"><code id="${id}">${coloured(text)}</code></pre></figure>`
}

export function copyLine({ id, name, text }: Copyable): Html {
  return html`<div class="copyline"><code id="${id}">${text}</code>${copyButton(id, name)}</div>`
}

/** The label changes to "Copied", which screen readers hear. */
export function copyButton(id: string, name: string): Html {
  return html`<button class="btn tiny with-script" type="button" data-copy="${id}">${COPY_ICON}<span class="label" aria-live="polite">Copy</span><span class="hush"> ${name}</span></button>`
}

const COPY_ICON = html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><rect x="5.5" y="5.5" width="7.5" height="7.5" rx="1.5"/><path d="M10.5 3.5v-.2A.8.8 0 009.7 2.5H3.8A1.3 1.3 0 002.5 3.8v5.9c0 .4.4.8.8.8h.2"/></svg>`

/** Strings in one colour, and names of members in another. */
function coloured(text: string): Html {
  const parts = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/)
  return html`${parts.map((part) => {
    if (!part.startsWith('"')) return html`${part}`
    return part.endsWith(':')
      ? html`<span class="name">${part}</span>`
      : html`<span class="text">${part}</span>`
  })}`
}
