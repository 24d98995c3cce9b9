/** Writes a configuration for people. */

import type { ClientConfig, ConfigFile } from '../../clients/client-config.js'

/** Sections, in the order in which they are needed. */
export function configText(config: ClientConfig): string {
  const sections = [
    [config.client.title],
    listed('First', config.before),
    ...fileSections(config.files),
    listed(
      'Fill in',
      config.form.map(({ label, value }) => `${label}: ${value}`),
    ),
    listed(
      config.files.length > 0 ? 'Or run' : 'Run',
      config.commands.map(({ text }) => text),
    ),
    listed(
      'Or open',
      config.links.map(({ title, kind, url }) => `${title}${kind === 'web' ? ' (web page)' : ''}: ${url}`),
    ),
    listed(
      'Replace',
      config.placeholders.map(({ text, means }) => `${text}: ${means}`),
    ),
    listed('Then', config.after),
    listed('Note', config.client.notes),
  ]
  const written = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${written.join('\n\n')}\n`
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)]
}

const SCOPES = {
  user: 'for all of your projects',
  project: 'for one project',
  settings: 'paste it there',
} as const

/** All places hold the same text. */
function fileSections(files: readonly ConfigFile[]): readonly (readonly string[])[] {
  const [first] = files
  if (first === undefined) return []
  const places = files.map(({ path, scope }) => `  ${path} (${SCOPES[scope]})`)
  const advice = 'If the file exists, add the entry to it.'
  const head = first.scope === 'settings' ? ['Settings:', ...places] : ['File:', ...places, `  ${advice}`]
  return [head, [first.text.trimEnd()]]
}
