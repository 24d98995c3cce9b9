/** A change of memory as a person reads it, before it is made. */

import { visibleText } from 'allv-mcp'
import { type Html, html } from '../pages/html.js'
import type { DiffLine, LineDiff } from './line-diff.js'
import type { MemoryPreview } from './memory-preview.js'

const MARKS = { added: '+', removed: '-', same: ' ' } as const

export function memoryPreviewBody(preview: MemoryPreview): Html {
  if (preview.would === 'be refused')
    return html`<h4>What it would do now</h4><p>Nothing, it would be refused. ${visibleText(preview.why)}</p>`
  return html`<h4>What it would do now</h4><p>${deedWords(preview)}</p>${diffBody(preview.diff)}`
}

function deedWords({ operation, revision, pinned }: Extract<MemoryPreview, { would: 'change' }>): string {
  if (revision === null) return 'There is no such entry yet: it would be made.'
  const deed = {
    replace: 'Replaces the entry',
    append: 'Appends to the entry',
    delete: 'Deletes the entry',
  }[operation]
  return pinned
    ? `${deed}, at revision ${revision} only: if it is changed before, this is refused.`
    : `${deed}, which is at revision ${revision} now. If it is changed before this runs, the change is made to what is there then.`
}

function diffBody({ parts, skipped, lastBreak }: LineDiff): Html {
  const end =
    lastBreak === 'same' ? html`` : html`<div class="left-out">line break at the end ${lastBreak}</div>`
  if (parts.length === 0 && lastBreak === 'same') return html`<p>The text stays as it is.</p>`
  return html`<div class="diff">${parts.map((part) => html`${leftOut(part.skipped)}${part.lines.map(lineBody)}`)}${leftOut(skipped)}${end}</div>`
}

function lineBody({ kind, text }: DiffLine): Html {
  return html`<div class="${kind}">${MARKS[kind]} ${visibleText(text)}</div>`
}

function leftOut(count: number): Html {
  if (count === 0) return html``
  return html`<div class="left-out">${count} unchanged ${count === 1 ? 'line' : 'lines'}</div>`
}
