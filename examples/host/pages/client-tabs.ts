/** How to connect each client: a tab for each, which works without a script. */

import { type ClientConfig, type ClientId, type Connection, clientConfig } from 'allv-mcp/clients'
import { codeBlock } from './code-block.js'
import { type Html, html } from './html.js'

/** In the order of the tabs. `allv-mcp/clients` has more. */
export const CLIENT_TABS = [
  'cursor',
  'vscode',
  'claude-code',
  'claude-desktop',
  'codex',
  'gemini-cli',
  'copilot-cli',
  'kiro',
  'opencode',
  'zed',
] as const satisfies readonly ClientId[]

export function clientTabs(connection: Connection): Html {
  const configs = CLIENT_TABS.map((id) => clientConfig(id, connection))
  return html`<div class="clients"><div class="clients-bar" role="radiogroup" aria-label="Your client">${configs.map(tab)}</div>${configs.map(panel)}</div>`
}

function tab({ client: { id, title } }: ClientConfig, i: number): Html {
  const checked = i === 0 ? html` checked` : html``
  return html`<label><input type="radio" name="client" value="${id}"${checked}>${title}</label>`
}

function panel(config: ClientConfig): Html {
  const { client, warnings } = config
  const notes =
    warnings.length === 0
      ? html``
      : html`<ul class="notes">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`
  return html`<section class="client ${client.id}" aria-labelledby="h-${client.id}"><div class="stack"><h3 id="h-${client.id}">${client.title}</h3><ol class="do">${stepsOf(config)}</ol>${notes}</div><div class="stack">${textsOf(config)}</div></section>`
}

function stepsOf(config: ClientConfig): readonly Html[] {
  const { before, placeholders, after } = config
  const replace = placeholders.map(
    ({ text, means }) => html`<li><span>Replace <code>${text}</code> by ${means}.</span></li>`,
  )
  return [...before.map(step), addStep(config), ...replace, ...after.map(step)]
}

function step(text: string): Html {
  return html`<li><span>${text}</span></li>`
}

/** The ways to add the server; one of them is enough. */
function addStep({ client, files, commands, links, form }: ClientConfig): Html {
  const buttons = links.filter(({ kind }) => kind === 'web')
  const ways = [
    ...(buttons.length === 0
      ? []
      : [
          html`<span class="row">${buttons.map(button)}</span><span class="faint small">The link holds no key.</span>`,
        ]),
    ...(commands.length === 0 ? [] : [html`<span class="soft">Run the command.</span>`]),
    ...files.map(
      ({ scope, path }) => html`<span class="soft">${PLACES[scope]}</span><span class="mono">${path}</span>`,
    ),
    ...(form.length === 0 ? [] : [html`<span class="soft">Fill in the form of ${client.title}.</span>`]),
  ]
  return html`<li><b>${ways.length > 1 ? 'Add the server, in one of these ways' : 'Add the server'}</b>${ways}</li>`
}

const PLACES = {
  user: 'Put it into your own file:',
  project: 'Put it into the file of a project:',
  settings: 'Paste it into the settings:',
} as const

function button({ title, url }: ClientConfig['links'][number], i: number): Html {
  return i === 0
    ? html`<a class="btn go" href="${url}">${PLUS_ICON}${title}</a>`
    : html`<a class="btn" href="${url}">${title}</a>`
}

const PLUS_ICON = html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 3.5v9M3.5 8h9"/></svg>`

/** All files of a client have the same text. */
function textsOf({ client: { id, title }, files: [file], commands, form }: ClientConfig): readonly Html[] {
  return [
    ...commands.map(({ shell, text }, i) =>
      codeBlock({ id: `${id}-command-${i}`, name: shell === 'posix' ? 'Terminal' : 'PowerShell', text }),
    ),
    ...(file === undefined
      ? []
      : [codeBlock({ id: `${id}-file`, name: fileName(file.path), text: file.text.trimEnd() })]),
    ...form.map(({ label, value }, i) =>
      codeBlock({ id: `${id}-field-${i}`, name: `${title}: ${label}`, text: value }),
    ),
  ]
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}
