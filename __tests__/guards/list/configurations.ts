/** Guards of the configurations of clients: where a key may stand, and what a shell or a parser may take a text for. */

import { guards } from '../guard.js'

const SECRETS = ['__tests__/clients/secrets.test.ts']
const COMMANDS = ['__tests__/clients/commands.test.ts']

export const CONFIGURATION_GUARDS = [
  ...guards('lib/clients/client-config.ts', SECRETS, [
    ['a link contains the key', 'links: recipe.links?.(safe)', 'links: recipe.links?.(shown)'],
    [
      'a configuration that could name a variable contains the key',
      '(recipe.reference?.(keyVariable) ?? literal)',
      '(recipe.reference === undefined ? literal : literal)',
    ],
  ]),
  ...guards(
    'lib/clients/connection.ts',
    ['__tests__/clients/connection.test.ts'],
    [
      [
        'a URL with a password is shown',
        "if (parsed.username !== '' || parsed.password !== '')",
        'if (parsed.host === url)',
      ],
      ['a name is read as an option of a command', "name.startsWith('-')", "name === ''"],
      [
        'a member header adds a header of its own',
        '!/^[!-~](?:[ -~]{0,254}[!-~])?$/.test(value)',
        "value === ''",
      ],
    ],
  ),
  ...guards('lib/clients/shell-words.ts', COMMANDS, [
    ['a name runs a command in a POSIX shell', `.replaceAll("'", "'\\\\''")`, ''],
    ['a name runs a command in PowerShell', "/['\\u2018-\\u201b]/g", '/"/g'],
  ]),
]
