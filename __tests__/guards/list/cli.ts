/** What keeps the command line from acting on the wrong key, and from printing secrets. */

import { guards } from '../guard.js'

const KEYS = ['__tests__/cli/keys.test.ts']
const WRONG = ['__tests__/cli/keys-command-line.test.ts']
const MIGRATE = ['__tests__/cli/migrate.test.ts']
const INIT = ['__tests__/cli/init.test.ts']

export const CLI_GUARDS = [
  ...guards('lib/cli/keys/find-key.ts', KEYS, [
    ['a command ends another key than the one it names', 'key.id === id', "key.id !== ''"],
  ]),
  ...guards('lib/cli/keys/find-members.ts', KEYS, [
    [
      'a key is bound to somebody whose id is the address of another',
      'byId !== null && byEmail !== null && byId.id !== byEmail.id',
      "byId?.id === ''",
    ],
  ]),
  ...guards('lib/cli/keys/grant.ts', WRONG, [
    ['a key for every member is made without being asked for', 'if (!any && !named)', 'if (any && named)'],
    ['a misspelt scope is granted', 'unknown !== undefined', "unknown === '*'"],
  ]),
  ...guards('lib/cli/keys/keys.ts', WRONG, [
    ['a key that was typed in place of its id is repeated', 'A_KEY.test(arg)', "arg === ''"],
  ]),
  ...guards('lib/cli/run.ts', WRONG, [
    [
      'a password that was typed as an argument is repeated',
      'withoutSecrets(messageOf(error))',
      '(error instanceof Error ? error.message : String(error))',
    ],
  ]),
  ...guards('lib/cli/kit/open-server.ts', WRONG, [
    ['a part of a password is read as a host and printed', "hash === '' &&", ''],
    [
      'a password with a slash is read as a path',
      `!\`\${pathname}\${search}\`.includes('@')`,
      `\`\${pathname}\${search}\` !== ''`,
    ],
    [
      'an address is taken for the name of a variable and repeated',
      '!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)',
      "variable === ''",
    ],
  ]),
  ...guards('lib/cli/kit/lock-folder.ts', WRONG, [
    [
      'two processes write to one folder of PGlite',
      'holder !== null && isAlive(holder)',
      'holder === 0 && isAlive(holder)',
    ],
  ]),
  ...guards('lib/cli/kit/table.ts', KEYS, [
    [
      'the name of a key moves the cursor of a terminal',
      'return cleanName(text, MOST_CHARACTERS)',
      "return cleanName('', MOST_CHARACTERS) + text",
    ],
  ]),
  ...guards('lib/cli/migrate/migration-script.ts', MIGRATE, [
    [
      'a script runs on a database that it is not for',
      'checkBefore(prefix, from),',
      'checkBefore(prefix, from).slice(0, 0),',
    ],
  ]),
  ...guards('lib/cli/init/init.ts', INIT, [
    ['init writes among the files of another project', 'if (found.length > 0)', 'if (found.length < 0)'],
    [
      'the secrets of a new app can be read by every user',
      "path === '.env' ? 0o600 : 0o666",
      "path === '.env' ? 0o666 : 0o666",
    ],
  ]),
]
