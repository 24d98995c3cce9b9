/** `allv-mcp config`: prints the configuration of an MCP client. */

import { platform } from 'node:os'
import type { OperatingSystem } from '../../clients/client.js'
import type { ClientConfig } from '../../clients/client-config.js'
import { clientConfig } from '../../clients/client-config.js'
import { CLIENTS, isClientId } from '../../clients/client-table.js'
import type { Connection } from '../../clients/connection.js'
import type { Command, ExitCode, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { readArguments } from '../kit/read-arguments.js'
import { configText } from './config-text.js'
import { listText } from './list-text.js'

const HELP = `Usage: allv-mcp config CLIENT URL [options]
       allv-mcp config --list [--json]

Prints the configuration that connects an MCP client to an endpoint. It writes no file, and contains no key: the configuration names an
environment variable, or has a placeholder where the client takes nothing but the key itself.

  CLIENT               such as cursor; --list shows all
  URL                  the endpoint, such as https://app.example/api/workspaces/ws_acme/mcp
  --name NAME          what the client calls the server; default: allv
  --member MEMBER      the email address or id of the member that the client works as
  --bound-key          the key is bound to one member: no member header
  --key-variable NAME  the environment variable that holds the key; default: ALLV_API_KEY
  --header-prefix TEXT the prefix of the member headers, if the server has its own; default: x-allv-
  --oauth              the client signs in by OAuth: no key
  --os SYSTEM          mac, linux or windows; default: this one
  --list               lists the clients, and which keys each can send
  --json               prints JSON

Exit codes: 0 done; 1 this client cannot connect in this way, and the warning says what can; 2 wrong command line.
`

const OPTIONS = {
  name: { type: 'string', default: 'allv' },
  member: { type: 'string' },
  'bound-key': { type: 'boolean', default: false },
  'key-variable': { type: 'string' },
  'header-prefix': { type: 'string' },
  oauth: { type: 'boolean', default: false },
  os: { type: 'string' },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

/** The command. */
export const command: Command = { help: HELP, run }

async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = readArguments(args, OPTIONS, ['CLIENT?', 'URL?'])
  const [id, url] = positionals
  if (values.list) {
    if (id !== undefined) throw new UsageError(`--list takes no CLIENT: leave ${id} out`)
    terminal.out(values.json ? `${JSON.stringify(CLIENTS, null, 2)}\n` : listText())
    return 0
  }
  if (id === undefined) throw new UsageError('CLIENT is missing; allv-mcp config --list shows all')
  if (!isClientId(id))
    throw new UsageError(`there is no client ${JSON.stringify(id)}; allv-mcp config --list shows all`)
  if (url === undefined) throw new UsageError('URL is missing: the endpoint of the workspace')
  const { member, 'key-variable': keyVariable, 'header-prefix': headerPrefix } = values
  if (member !== undefined && (values['bound-key'] || values.oauth))
    throw new UsageError('--member goes neither with --bound-key nor with --oauth: they decide on the member')
  const config = make(id, {
    name: values.name,
    url,
    auth: values.oauth ? 'oauth' : 'key',
    boundKey: values['bound-key'],
    os: systemOf(values.os),
    ...(member !== undefined && { member: member.includes('@') ? { email: member } : { id: member } }),
    ...(keyVariable !== undefined && { keyVariable }),
    ...(headerPrefix !== undefined && { headerPrefix }),
  })
  return print(config, terminal, values.json)
}

function print(config: ClientConfig, { out, err }: Terminal, json: boolean): ExitCode {
  if (json) {
    out(`${JSON.stringify(config, null, 2)}\n`)
    return config.works ? 0 : 1
  }
  for (const warning of config.warnings) err(`Warning: ${warning}\n`)
  if (!config.works) return 1
  out(configText(config))
  return 0
}

/** What the library calls it, and what the command line does. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['name', '--name'],
  ['url', 'URL'],
  ['keyVariable', '--key-variable'],
  ['headerPrefix', '--header-prefix'],
  ['member.email', '--member'],
  ['member.id', '--member'],
])

function make(id: Parameters<typeof clientConfig>[0], connection: Connection): ClientConfig {
  try {
    return clientConfig(id, connection)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(error.message.replace(/^[\w.]+/, (word) => WORDS.get(word) ?? word))
  }
}

function systemOf(given: string | undefined): OperatingSystem {
  if (given === undefined) return SYSTEMS.get(platform()) ?? 'linux'
  if (given === 'mac' || given === 'linux' || given === 'windows') return given
  throw new UsageError('--os must be mac, linux or windows')
}

const SYSTEMS: ReadonlyMap<string, OperatingSystem> = new Map([
  ['darwin', 'mac'],
  ['win32', 'windows'],
])
