import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { answered, freePort, run, start, stopped } from '../support/processes.js'
import { clientsOf, tellStory } from '../support/story-clients.js'

/** Real processes and real clients: what `npm start` and `npm run example:client` run, after their build. */

const HOST = '.build/examples/host/main.js'
const CLIENT = '.build/examples/node-client/main.js'
const KEY = 'sk_test_story'

let host: ChildProcess
let origin: string
let port: number

beforeAll(async () => {
  port = await freePort()
  origin = `http://127.0.0.1:${port}`
  host = start(HOST, {
    PORT: String(port),
    ALLV_DEMO_API_KEY: KEY,
    ALLV_DEMO_OPERATOR_PASSWORD: 'letmein',
    ALLV_DEMO_FOLDER: folder(),
  })
  await answered(`${origin}/healthz`)
})
afterAll(async () => {
  expect(await stopped(host)).toBe(0)
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

const folders: string[] = []
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'allv-mcp-demo-'))
  folders.push(path)
  return path
}

it('runs the documented client', async () => {
  const { code, output } = await run(CLIENT, { PORT: String(port) })
  expect(output).toMatch(/operator approved, and the deal is gone[\s\S]*already run once[\s\S]*All done/)
  expect(code).toBe(0)
})

it('lets only the user that started the host read its demo key, and only while it runs', async () => {
  const other = await freePort()
  const second = start(HOST, { PORT: String(other), ALLV_DEMO_FOLDER: folder() })
  await answered(`http://127.0.0.1:${other}/healthz`)
  const file = join(tmpdir(), `allv-mcp-demo-${userInfo().uid}-${other}.json`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await stopped(second, 'SIGINT')).toBe(0)
  expect(existsSync(file)).toBe(false)
})

it('fails with a sentence when the host cannot listen', async () => {
  for (const bad of ['abc', '0', '70000'])
    expect(await run(HOST, { PORT: bad })).toEqual({
      code: 1,
      output: 'PORT must be a number from 1 to 65535\n',
    })
  const { code, output } = await run(HOST, { PORT: String(port), ALLV_DEMO_FOLDER: folder() })
  expect([code, output]).toEqual([1, expect.stringMatching(/^cannot listen on .*set PORT to a free port\n$/)])
})

const SECRETS = { ALLV_API_KEY: KEY, ALLV_DEMO_OPERATOR_PASSWORD: 'letmein' }

it.each<[string, string, () => Record<string, string> | Promise<Record<string, string>>]>([
  ['no host', 'run "npm start" first', () => ({ PORT: '1' })],
  ['a URL that is none', 'set ALLV_URL', () => ({ ALLV_URL: 'somewhere' })],
  [
    'a port that is closed',
    'is "npm start" running?',
    async () => ({ ...SECRETS, PORT: String(await freePort()) }),
  ],
  ['a wrong key', 'UNAUTHENTICATED', () => ({ ...SECRETS, ALLV_URL: origin, ALLV_API_KEY: 'sk_wrong' })],
  [
    'an inactive member',
    'MEMBER_NOT_ALLOWED',
    () => ({ ALLV_URL: `${origin}/`, ALLV_MEMBER_EMAIL: 'ivan@acme.test' }),
  ],
  [
    'a wrong password',
    'operator may sign in',
    () => ({ ALLV_URL: origin, ALLV_DEMO_OPERATOR_PASSWORD: 'wrong' }),
  ],
])(
  'lets the client fail with a sentence for %s',
  async (_, sentence, env) => {
    const { code, output } = await run(CLIENT, await env())
    expect([code, output]).toEqual([1, expect.stringContaining(sentence)])
    expect(output).toContain('The story broke off: ')
    expect(output).not.toContain('    at ')
  },
  120_000,
)

it.each(clientsOf(KEY))(
  'serves the same to the %s client',
  async (name, connect) => {
    await tellStory(name, origin, await connect(origin))
  },
  120_000,
)
