import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENVIRONMENT, HOST_HELP } from '../../examples/host/help.js'
import { readSettings, readSignInPlace } from '../../examples/host/settings.js'
import { answered, freePort, run, start, stopped } from '../support/processes.js'

/** The settings that all commands of the example read. */

const HOST = '.build/examples/host/main.js'
const CLIENT = '.build/examples/node-client/main.js'
const CLUSTER = '.build/examples/host/cluster.js'
const SIGN_IN_CLIENT = '.build/examples/oauth-client/main.js'
const read = (env: Record<string, string>, ...args: string[]) =>
  readSettings(['fresh', 'count'], { env, argv: ['node', 'main.js', ...args] })

it('has a default for each setting, and takes an empty one for not set', () => {
  const defaults = {
    port: 3000,
    origin: 'http://127.0.0.1:3000',
    folder: '.data',
    databaseUrl: null,
    redisUrl: null,
    approvalTtlMs: 86_400_000,
    fresh: false,
    help: false,
    count: null,
  }
  expect(read({})).toEqual(defaults)
  const empty = { PORT: '', ALLV_DEMO_ORIGIN: '', ALLV_DEMO_FOLDER: '', DATABASE_URL: '', REDIS_URL: '' }
  expect(read(empty)).toEqual(defaults)
})

it('reads each setting', () => {
  const env = { PORT: '4000', ALLV_DEMO_FOLDER: 'here', ALLV_DEMO_APPROVAL_SECONDS: '30' }
  expect(read(env, '--fresh', '3')).toMatchObject({
    port: 4000,
    origin: 'http://127.0.0.1:4000',
    folder: 'here',
    approvalTtlMs: 30_000,
    fresh: true,
    count: '3',
  })
  expect(read({ ALLV_DEMO_ORIGIN: 'https://sales.example.com/' }).origin).toBe('https://sales.example.com')
  expect(readSignInPlace({})).toEqual({ port: 3100, origin: 'http://127.0.0.1:3100' })
  expect(
    readSignInPlace({ ALLV_DEMO_SIGN_IN_PORT: '4100', ALLV_DEMO_SIGN_IN_ORIGIN: 'https://id.example.com/' }),
  ).toEqual({ port: 4100, origin: 'https://id.example.com' })
})

it.each<[string, Record<string, string>, string[]]>([
  ['PORT must be a number from 1 to 65535', { PORT: 'abc' }, []],
  ['PORT must be a number from 1 to 65535', { PORT: '0' }, []],
  ['PORT must be a number from 1 to 65535', { PORT: '70000' }, []],
  ['PORT must be a number from 1 to 65535', { PORT: '80.5' }, []],
  ['ALLV_DEMO_APPROVAL_SECONDS must be a number from 1 to 2592000', { ALLV_DEMO_APPROVAL_SECONDS: '-1' }, []],
  ['ALLV_DEMO_ORIGIN must be an address', { ALLV_DEMO_ORIGIN: 'sales.example.com' }, []],
  ['ALLV_DEMO_ORIGIN must be an address', { ALLV_DEMO_ORIGIN: 'ftp://sales.example.com' }, []],
  ['unknown argument in "--frsh"; --help lists all', {}, ['--frsh']],
  ['unknown argument in "--auto"; --help lists all', {}, ['--auto']],
  ['unknown argument in "3 4"; --help lists all', {}, ['3', '4']],
  ['unknown argument in "--fresh=yes"; --help lists all', {}, ['--fresh=yes']],
])('refuses with a sentence: %s', (sentence, env, args) => {
  expect(() => read(env, ...args)).toThrow(sentence)
})

it.each([HOST, CLIENT, CLUSTER, SIGN_IN_CLIENT])(
  'prints all commands and settings for --help, and starts nothing: %s',
  async (file) => {
    expect(await run(file, { PORT: '1' }, ['--help'])).toEqual({ code: 0, output: `${HOST_HELP}\n` })
  },
)

it('lists every setting that the example reads, in --help and in examples/README.md', () => {
  const sources = ['host/settings', 'host/kept-secrets', 'node-client/connection'].map((name) =>
    readFileSync(`examples/${name}.ts`, 'utf8'),
  )
  const used = new Set(sources.join('').match(/\b(?:PORT|[A-Z]+_[A-Z_]*[A-Z])(?=')/g))
  expect(new Set(ENVIRONMENT.map(({ name }) => name))).toEqual(used)
  const readme = readFileSync('examples/README.md', 'utf8')
  for (const { name, otherwise, meaning } of ENVIRONMENT) {
    expect(HOST_HELP).toContain(`${name} `)
    expect(readme).toContain(`| \`${name}\` | ${otherwise} | ${meaning} |`)
  }
})

describe('a host that runs', () => {
  let host: ChildProcess
  let port: number
  const folder = mkdtempSync(join(tmpdir(), 'allv-mcp-settings-'))
  beforeAll(async () => {
    port = await freePort()
    host = start(HOST, { PORT: String(port), ALLV_DEMO_FOLDER: folder })
    await answered(`http://127.0.0.1:${port}/healthz`)
  })
  afterAll(async () => {
    expect(await stopped(host, 'SIGINT')).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  })

  it('lets another one say that its port is taken', async () => {
    const { code, output } = await run(HOST, { PORT: String(port), ALLV_DEMO_FOLDER: join(folder, 'other') })
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^cannot listen on .*set PORT to a free port\n$/),
    ])
  })
})
