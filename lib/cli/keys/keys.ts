/** The command `allv-mcp keys`: the API keys of a workspace, in the stores of `allv-mcp/postgres`. */

import type { Command, ExitCode, Terminal } from '../kit/command.js'
import { UsageError } from '../kit/failures.js'
import { DATABASE_HELP } from '../kit/with-database.js'
import { createKey } from './create.js'
import { listKeys } from './list.js'
import { revokeKey } from './revoke.js'
import { rotateKey } from './rotate.js'

const HELP = `Usage: allv-mcp keys create --workspace ID --name NAME (--member WHO … | --any-member) [options]
       allv-mcp keys list --workspace ID [--json]
       allv-mcp keys rotate KEY_ID --workspace ID [--overlap 1h] [--json | --quiet]
       allv-mcp keys revoke KEY_ID --workspace ID [--json]

The API keys of one workspace. A key is shown once, when it is made: only its digest is stored.

create:
  --workspace ID     the workspace that the key opens
  --name NAME        what people call it, such as "Cursor of Ada"
  --member WHO       the id or e-mail address of a member that the key may act for. Repeat it for more members
  --member-id ID     the same, for members in a table of your own: the id is not looked up
  --any-member       the key may act for any member of the workspace
  --scope NAME       *, memory:*, memory:read or memory:write. Repeat it for more scopes (default: none)
  --host-scope NAME  a scope that your own tools or prompts ask for. It is not checked
  --expires 90d      how long it works: s, m, h or d, or never (default: never)
  --mode MODE        live or test, which is part of the key's text (default: live)

list says of each key its id, name and last characters, whether it works, when it was last used, and what it may do.

rotate makes a key with the same grant:
  --overlap 1h       how long the old key still works: s, m, h or d (default: 0s, it ends now)

revoke ends a key now, on every node.

Output:
  --json             one JSON object, or for list an array; nothing else on standard output
  --quiet            create and rotate: the new key and nothing else

${DATABASE_HELP}`

const ACTIONS: ReadonlyMap<string, (args: readonly string[], terminal: Terminal) => Promise<ExitCode>> =
  new Map([
    ['create', createKey],
    ['list', listKeys],
    ['rotate', rotateKey],
    ['revoke', revokeKey],
  ])

const A_KEY = /sk_(live|test)_[0-9A-Za-z]{8}/

export const keys: Command = {
  help: HELP,
  async run([name, ...args], terminal) {
    const action = ACTIONS.get(name ?? '')
    if (action === undefined) throw new UsageError(`say what to do: ${[...ACTIONS.keys()].join(', ')}`)
    if (args.some((arg) => A_KEY.test(arg)))
      throw new UsageError('this is a key itself; give its id, which allv-mcp keys list shows')
    return action(args, terminal)
  },
}
