/** What `npm start -- --help` prints. */

interface Documented {
  readonly name: string
  /** The value without the setting. */
  readonly otherwise: string
  readonly meaning: string
}

/** All settings of the example. `examples/README.md` has the same list; a test compares them. */
export const ENVIRONMENT: readonly Documented[] = [
  setting('PORT', '3000', 'the port on 127.0.0.1'),
  setting(
    'ALLV_DEMO_ORIGIN',
    'http://127.0.0.1:PORT',
    'how clients and browsers reach the app through a proxy',
  ),
  setting('ALLV_DEMO_SIGN_IN_PORT', '3100', 'the port of the authorization server on 127.0.0.1'),
  setting(
    'ALLV_DEMO_SIGN_IN_ORIGIN',
    'http://127.0.0.1:ALLV_DEMO_SIGN_IN_PORT',
    'how clients and browsers reach the authorization server through a proxy',
  ),
  setting('ALLV_DEMO_FOLDER', '.data', 'the folder of the data, the keys and the passwords'),
  setting(
    'DATABASE_URL',
    'PGlite in the folder',
    'PostgreSQL for the data, such as postgres://postgres@127.0.0.1:5432/test',
  ),
  setting('REDIS_URL', 'none', 'Redis for events and the rate limit, such as redis://127.0.0.1:6379'),
  setting('ALLV_DEMO_APPROVAL_SECONDS', '86400', 'how long an approval waits for its decision'),
  setting('ALLV_DEMO_API_KEY', 'made once, then kept', 'the API key of the workspace Acme'),
  setting('ALLV_DEMO_API_KEY_GLOBEX', 'made once, then kept', 'the API key of the workspace Globex'),
  setting('ALLV_DEMO_OPERATOR_PASSWORD', 'made once, then kept', 'the password of the operator'),
  setting('ALLV_DEMO_MEMBER_PASSWORD', 'made once, then kept', 'the password of all members'),
  setting('ALLV_MEMBER_EMAIL', 'maria@acme.test', 'the member that the example client works as'),
  setting('ALLV_MCP_SECRET', 'made once, then kept', 'seals what clients carry; at least 32 characters'),
]

export const HOST_HELP = `A sales app with MCP, on this machine only.

  npm start                          start it; its data stays in .data/
  npm start -- --fresh               remove the data, the keys and the passwords first
  npm start -- --help                print this
  npm run example:client             work in it as a client; a person decides the approval
  npm run example:client -- --auto   the same, and the client decides by itself
  npm run example:oauth              start it with an authorization server, so that people sign in
  npm run example:oauth:client       sign in there, and work in it; -- --auto does it without a person
  npm run example:cluster -- 3       three nodes on one PostgreSQL; needs DATABASE_URL

Settings, from the environment. All these commands read the same ones:

${table(ENVIRONMENT)}
`

function setting(name: string, otherwise: string, meaning: string): Documented {
  return { name, otherwise, meaning }
}

function table(rows: readonly Documented[]): string {
  return rows
    .map(
      ({ name, otherwise, meaning }) =>
        `  ${name.padEnd(28)} ${meaning}\n${' '.repeat(31)}(default: ${otherwise})`,
    )
    .join('\n')
}
