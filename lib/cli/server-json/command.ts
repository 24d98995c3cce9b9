/** `allv-mcp server-json`: prints the entry of a server for the MCP registry. */

import { serverJson } from '../../clients/server-json.js'
import type { Command, ExitCode, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { readArguments } from '../kit/read-arguments.js'

const HELP = `Usage: allv-mcp server-json NAME URL --description TEXT --version VERSION [options]

Prints server.json, the entry of a server in the MCP registry. mcp-publisher publishes it.

  NAME                 a domain name of yours in reverse order, a slash and a name: com.acme/sales
  URL                  the public endpoint; {workspaceId} is a variable: https://app.example/api/workspaces/{workspaceId}/mcp
  --description TEXT   what the server is for, at most 100 characters
  --version VERSION    the version of the entry, such as 1.0.0
  --title TEXT         a name for people
  --website URL        a page about the server
  --variable NAME=TEXT what another variable of the URL means; may be repeated
  --bound-key          all keys are bound to one member: no member header
  --header-prefix TEXT the prefix of the member headers, if the server has its own; default: x-allv-
  --oauth              clients sign in by OAuth: no headers
  --json               accepted, since the result is JSON

Exit codes: 0 done; 2 wrong command line.
`

const OPTIONS = {
  description: { type: 'string' },
  version: { type: 'string' },
  title: { type: 'string' },
  website: { type: 'string' },
  variable: { type: 'string', multiple: true },
  'bound-key': { type: 'boolean', default: false },
  'header-prefix': { type: 'string' },
  oauth: { type: 'boolean', default: false },
  json: { type: 'boolean' },
} as const

/** The command. */
export const command: Command = { help: HELP, run }

async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = readArguments(args, OPTIONS, ['NAME', 'URL'])
  const [name = '', url = ''] = positionals
  const { description, version, title, website, 'header-prefix': headerPrefix } = values
  if (description === undefined) throw new UsageError('--description is missing: what the server is for')
  if (version === undefined)
    throw new UsageError('--version is missing: the version of the entry, such as 1.0.0')
  try {
    const entry = serverJson({
      name,
      url,
      description,
      version,
      auth: values.oauth ? 'oauth' : 'key',
      boundKey: values['bound-key'],
      variables: { workspaceId: 'The id of the workspace.', ...variablesOf(values.variable ?? []) },
      ...(title !== undefined && { title }),
      ...(website !== undefined && { websiteUrl: website }),
      ...(headerPrefix !== undefined && { headerPrefix }),
    })
    terminal.out(`${JSON.stringify(entry, null, 2)}\n`)
    return 0
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}

function variablesOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at < 1)
        throw new UsageError('--variable must be NAME=TEXT, such as "region=The region of the account."')
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
