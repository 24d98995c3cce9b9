import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  GET_APPROVAL,
  READ_MEMORY,
  UPDATE_MEMORY,
} from '../../lib/control-plane/access/built-in-definitions.js'
import { hasScope, LIBRARY_SCOPES } from '../../lib/control-plane/access/scopes.js'
import { start, stopped } from '../support/processes.js'
import { runCli } from '../support/terminal.js'
import { closePlaces, folder, list, main, PASSWORD, runKeys, secrets } from './key-places.js'

/** What `allv-mcp keys` refuses: wrong command lines, and databases that are not there. */

afterAll(closePlaces)

describe('a wrong command line', () => {
  const CREATE = ['create', '--workspace', 'ws_wrong', '--name', 'n']
  const KEY = `sk_live_${'0'.repeat(49)}`

  it.each<readonly [readonly string[], string]>([
    [[], 'say what to do: create, list, rotate, revoke'],
    [['remove', 'key_1'], 'say what to do: create, list, rotate, revoke'],
    [['create', '--name', 'n', '--any-member'], '--workspace is missing'],
    [['create', '--workspace', ' ', '--name', 'n', '--any-member'], '--workspace is missing'],
    [['create', '--workspace', 'ws', '--any-member'], '--name is missing'],
    [['list'], '--workspace is missing'],
    [['rotate', '--workspace', 'ws'], 'KEY_ID is missing'],
    [['revoke', '--workspace', 'ws'], 'KEY_ID is missing'],
    [['revoke', 'key_1', 'key_2', '--workspace', 'ws'], 'unexpected argument: key_2'],
    [CREATE, 'say for whom: --member with an id or an e-mail address'],
    [[...CREATE, '--any-member', '--member', 'a'], 'give members or --any-member, not both'],
    [[...CREATE, '--member', ''], '--member and --member-id must not be empty'],
    [
      [...CREATE, '--any-member', '--scope', 'memory:red'],
      '--scope memory:red is unknown; the scopes are *, memory:*, memory:read, memory:write. Give a scope of your own tools with --host-scope',
    ],
    [[...CREATE, '--any-member', '--scope', ''], '--scope  is unknown'],
    [
      [...CREATE, '--any-member', '--host-scope', 'a b'],
      '--host-scope must be 1 to 200 visible ASCII characters',
    ],
    [[...CREATE, '--any-member', '--mode', 'prod'], '--mode must be live or test'],
    ...['90', 'd', '-1d', '1.5h', '0s', '1y', '3651d', '99999999999d', 'NaNd'].map(
      (expires) =>
        [
          [...CREATE, '--any-member', `--expires=${expires}`],
          '--expires must be a whole number with s, m, h or d',
        ] as const,
    ),
    [
      ['rotate', 'key_1', '--workspace', 'ws', '--overlap', 'long'],
      '--overlap must be a whole number with s, m, h or d',
    ],
    [[...CREATE, '--any-member', '--json', '--quiet'], 'give --json or --quiet, not both'],
    [['rotate', 'key_1', '--workspace', 'ws', '--json', '--quiet'], 'give --json or --quiet, not both'],
    [['list', '--workspace', 'ws', '--nonsense'], "Unknown option '--nonsense'"],
    [['revoke', KEY, '--workspace', 'ws'], 'this is a key itself; give its id'],
    [['list', '--workspace', KEY], 'this is a key itself; give its id'],
    [
      ['list', '--workspace', 'ws', `postgres://ann:${PASSWORD}@127.0.0.1/app`],
      'unexpected argument: postgres://ann:[left out]@',
    ],
  ])('is refused with exit code 2: %j', async (words, message) => {
    secrets.add(KEY)
    const { code, out, err } = await runKeys(main, ...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).toContain('\nallv-mcp keys --help shows what it takes.\n')
  })

  it('has made no key', async () => {
    expect(await list(main, 'ws_wrong')).toEqual([])
  })
})

describe('a database', () => {
  const run = async (words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const ran = await runCli(['keys', 'list', '--workspace', 'ws', ...words], { env, cwd: folder })
    expect([ran.out, ran.err.includes(PASSWORD)]).toEqual(['', false])
    return ran
  }

  it.each([
    [
      '127.0.0.1:1/app',
      /^cannot connect to the database of DATABASE_URL \(.*ECONNREFUSED.*\); check the address/,
    ],
    [
      'nowhere.invalid/app',
      /^cannot connect to the database of DATABASE_URL \(.*nowhere\.invalid.*\); check the address/,
    ],
  ])('that is down ends with exit code 3: %s', async (at, message) => {
    const { code, err } = await run([], { DATABASE_URL: `postgres://ann:${PASSWORD}@${at}` })
    expect([code, err]).toEqual([3, expect.stringMatching(message)])
  })

  it('that has no tables is told to migrate', async () => {
    const place = main.options.map((word, at) => (main.options[at - 1] === '--schema' ? 'allv_none' : word))
    const words = ['list', '--workspace', 'ws', ...place]
    const { code, err } = await runCli(['keys', ...words], { env: main.env, cwd: folder })
    expect([code, err]).toEqual([1, expect.stringContaining('run allv-mcp migrate with the same options')])
  })

  it.each<readonly [readonly string[], Readonly<Record<string, string>>, string]>([
    [[], {}, 'DATABASE_URL is not set; '],
    [[], { DATABASE_URL: '' }, 'DATABASE_URL is not set; '],
    [['--database-url-env', 'OTHER'], { DATABASE_URL: 'postgres://a/b' }, 'OTHER is not set; '],
    [
      ['--database-url-env', `postgres://ann:${PASSWORD}@b/c`],
      {},
      'takes the name of an environment variable',
    ],
    [[], { DATABASE_URL: `mysql://ann:${PASSWORD}@127.0.0.1/app` }, 'DATABASE_URL is not an address such as'],
    [[], { DATABASE_URL: PASSWORD }, 'DATABASE_URL is not an address such as'],
    [[], { DATABASE_URL: `postgres://ann:1#${PASSWORD}@127.0.0.1/app` }, 'percent-encode'],
    [[], { DATABASE_URL: `postgres://ann:1/${PASSWORD}@127.0.0.1/app` }, 'percent-encode'],
    [[], { DATABASE_URL: `postgres://ann:1?${PASSWORD}@127.0.0.1/app` }, 'percent-encode'],
    [['--schema', 'A"b'], { DATABASE_URL: 'postgres://a/b' }, '--schema must be 1 to 40 lower-case letters'],
    [
      ['--pglite', 'x', '--database-url-env', 'DATABASE_URL'],
      {},
      'give --database-url-env or --pglite, not both',
    ],
    [['--pglite', 'none'], {}, '--pglite names a folder that does not exist; allv-mcp migrate'],
    [['--pglite', '.'], {}, '--pglite names something that is not a folder of PGlite'],
  ])(
    'that the command line does not name is refused with exit code 2: %j %j',
    async (words, env, message) => {
      const { code, err } = await run(words, env)
      expect([code, err]).toEqual([2, expect.stringContaining(message)])
    },
  )

  it('in a folder of PGlite is used by one process at a time, and a lock of one that has gone does not count', async () => {
    const path = join(folder, 'pglite')
    const other = start('-e', {}, ['setInterval(() => {}, 1000)'])
    writeFileSync(`${path}.lock`, String(other.pid))
    const held = await run(['--pglite', path])
    expect([held.code, held.err]).toEqual([
      1,
      `process ${other.pid} uses this PGlite folder; stop it first, since only one may at a time\n`,
    ])
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(String(other.pid))
    await stopped(other)
    const { code, out } = await runCli(['keys', 'list', '--workspace', 'ws', '--pglite', path])
    expect([code, out]).toEqual([0, 'Workspace ws has no keys.\n'])
    expect(() => readFileSync(`${path}.lock`)).toThrow(/ENOENT/)
  })
})

it('knows the scopes that the library itself asks for', () => {
  const asked = [READ_MEMORY, UPDATE_MEMORY, GET_APPROVAL].flatMap(({ scopes = [] }) => scopes)
  expect(asked.length).toBeGreaterThan(1)
  expect(LIBRARY_SCOPES).toEqual(expect.arrayContaining(asked))
  for (const scope of LIBRARY_SCOPES)
    expect(asked.some((one) => hasScope({ id: 'k', kind: 'api-key', scopes: [scope] }, one))).toBe(true)
})
