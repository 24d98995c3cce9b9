/** The generated parts of `docs/guide/connect.md`. */

import { CLIENTS, type Client, type ClientConfig, clientConfig } from 'allv-mcp/clients'
import { SALES, SALES_OAUTH } from './cases.js'

const KEYS = { 'any-key': 'any key', 'one-member-key': 'key for one member', none: 'OAuth only' } as const
const SECRETS = {
  variable: 'reads a variable',
  prompt: 'asks for it',
  literal: 'in the file',
  stored: 'in a form',
} as const
const OAUTH = { yes: 'yes', unproven: 'not proven' } as const

/** The text of a guide, with its generated parts as they are now. */
export function withGeneratedParts(guide: string): string {
  const parts = new Map([
    ['table', table()],
    ['clients', CLIENTS.map(section).join('\n\n')],
  ])
  return guide.replaceAll(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${parts.get(name)}\n\n${end}`,
  )
}

function table(): string {
  const rows = CLIENTS.map(
    ({ id, title, keys, secret, oauth }) =>
      `| ${title} | \`${id}\` | ${KEYS[keys]} | ${keys === 'none' ? '' : SECRETS[secret]} | ${OAUTH[oauth]} |`,
  )
  return [
    '| client | id | connects with | the key | OAuth |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function section(client: Client): string {
  const connection =
    client.keys === 'none'
      ? ({ ...SALES_OAUTH, auth: 'oauth' } as const)
      : client.keys === 'any-key'
        ? { member: { email: 'maria@acme.test' } }
        : { boundKey: true }
  const config = clientConfig(client.id, { ...SALES, ...connection, os: 'mac' })
  const linux = clientConfig(client.id, { ...SALES, ...connection, os: 'linux' })
  return [
    `### ${client.title}`,
    ...config.before,
    ...filePart(config, linux),
    ...formPart(config),
    ...commandPart(client, config),
    ...linkPart(config),
    [...config.after, ...client.notes].join(' '),
  ].join('\n\n')
}

function filePart({ files }: ClientConfig, linux: ClientConfig): readonly string[] {
  const [first] = files
  if (first === undefined) return []
  if (first.scope === 'settings') return [`Paste this in: ${first.path}.`, fence(first.format, first.text)]
  const places = files.map(({ path, scope }, i) => {
    const other = linux.files[i]?.path ?? path
    const paths = other === path ? `\`${path}\`` : `\`${path}\` (macOS) or \`${other}\` (Linux)`
    return `${scope === 'user' ? 'For all projects' : 'For one project'}: ${paths}.`
  })
  return [places.join(' '), fence(first.format, first.text)]
}

/** `jsonc` is JSON here: it contains no comments. */
const fence = (format: string, text: string) =>
  `\`\`\`${format === 'jsonc' ? 'json' : format}\n${text.trimEnd()}\n\`\`\``

function formPart({ form }: ClientConfig): readonly string[] {
  if (form.length === 0) return []
  return [
    [
      '| field | value |',
      '| --- | --- |',
      ...form.map(({ label, value }) => `| ${label} | \`${value}\` |`),
    ].join('\n'),
  ]
}

/** Codex has a command for keys that need no member header. */
function commandPart({ id }: Client, { commands }: ClientConfig): readonly string[] {
  const bound = clientConfig(id, { ...SALES, boundKey: true }).commands
  const [shown, lead] =
    commands.length > 0 ? [commands, 'Or run:'] : [bound, 'Or, with a key that is bound to one member, run:']
  return shown.length === 0 ? [] : [lead, fence('sh', shown.map(({ text }) => text).join('\n'))]
}

function linkPart({ links }: ClientConfig): readonly string[] {
  const web = links.filter(({ kind }) => kind === 'web').map(({ title, url }) => `[${title}](${url})`)
  return web.length === 0 ? [] : [`Or open a link like this one: ${web.join(', ')}.`]
}
