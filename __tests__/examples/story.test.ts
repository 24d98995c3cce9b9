import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Client as OldClient } from 'sdk-1-10/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from 'sdk-1-10/client/streamableHttp.js'

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
  host = spawn(process.execPath, [HOST], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: String(port),
      ALLV_DEMO_API_KEY: KEY,
      ALLV_DEMO_OPERATOR_PASSWORD: 'letmein',
    },
  })
  await answered(`${origin}/healthz`)
}, 20_000)
afterAll(async () => {
  const ended = new Promise((resolve) => host.once('exit', resolve))
  host.kill('SIGTERM')
  expect(await ended).toBe(0)
})

it('lets the documented client go through the whole story', async () => {
  const { code, output } = await run(CLIENT, { PORT: String(port) })
  expect(output).toMatch(/operator approved, and the deal is gone[\s\S]*already run once[\s\S]*All done/)
  expect(code).toBe(0)
}, 30_000)

it('lets only the user who started the host read its demo key, and only while it runs', async () => {
  const other = await freePort()
  const second = spawn(process.execPath, [HOST], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: String(other) },
  })
  await answered(`http://127.0.0.1:${other}/healthz`)
  const file = join(tmpdir(), `allv-mcp-demo-${userInfo().uid}-${other}.json`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const ended = new Promise((resolve) => second.once('exit', resolve))
  second.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(existsSync(file)).toBe(false)
}, 30_000)

it('lets the host fail with a sentence where it cannot listen', async () => {
  for (const bad of ['abc', '0', '70000'])
    expect(await run(HOST, { PORT: bad })).toEqual({
      code: 1,
      output: 'PORT must be a number from 1 to 65535\n',
    })
  const { code, output } = await run(HOST, { PORT: String(port) })
  expect([code, output]).toEqual([1, expect.stringMatching(/^cannot listen on .*set PORT to a free port\n$/)])
}, 30_000)

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
  30_000,
)

interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
  listResources(): Promise<{ resources: { uri: string; name: string }[] }>
  readResource(read: { uri: string }): Promise<unknown>
  close(): Promise<void>
}

const requestInit = { headers: { Authorization: `Bearer ${KEY}`, 'x-allv-user-email': 'omar@acme.test' } }
const url = () => new URL(`${origin}/api/workspaces/ws_acme/mcp`)
const info = { name: 'story', version: '1.0.0' }

async function modernClient(mode: 'auto' | { pin: string }): Promise<AnyClient> {
  const client = new ModernClient(info, { versionNegotiation: { mode } })
  await client.connect(new ModernTransport(url(), { requestInit }))
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  return client as AnyClient
}

const clients: readonly [string, () => Promise<AnyClient>][] = [
  ['v1', async () => connected(new Client(info), new StreamableHTTPClientTransport(url(), { requestInit }))],
  ['v1.10', async () => connected(new OldClient(info), new OldTransport(url(), { requestInit }))],
  ['v2 on auto', () => modernClient('auto')],
  ['v2 pinned', () => modernClient({ pin: '2026-07-28' })],
]

async function connected<T>(
  client: { connect(transport: T): Promise<void> },
  transport: unknown,
): Promise<AnyClient> {
  await client.connect(transport as T)
  return client as unknown as AnyClient
}

it.each(clients)(
  'serves the same story to the %s client',
  async (name, connect) => {
    const client = await connect()
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual([
      'deals_search',
      'deals_create',
      'deals_delete',
      'contacts_lookup',
      'reports_export',
      'agent_update_memory',
      'agent_read_memory',
      'agent_get_approval',
    ])
    const created = await say(
      client.callTool({ name: 'deals_create', arguments: { title: `Deal of ${name}`, amount: 1 } }),
    )
    const dealId = /deal_[0-9a-f]{12}/.exec(created)?.[0] ?? ''
    expect(await say(client.callTool({ name: 'deals_search', arguments: { query: name } }))).toContain(dealId)
    const { resources } = await client.listResources()
    const tone = resources.find((resource) => resource.name === 'tone')
    expect(await say(client.readResource({ uri: tone?.uri ?? '' }))).toContain('Acme writes briefly')
    await client.callTool({
      name: 'agent_update_memory',
      arguments: { key: `notes/${dealId}`, value: 'remember me' },
    })
    expect(
      await say(client.callTool({ name: 'agent_read_memory', arguments: { key: `notes/${dealId}` } })),
    ).toContain('remember me')
    const deletion = { name: 'deals_delete', arguments: { dealId } }
    const waiting = say(client.callTool(deletion))
    await approve(dealId)
    expect(await waiting).toContain(dealId)
    expect(await say(client.callTool(deletion))).toContain('already ran')
    expect(await say(client.callTool({ name: 'deals_search', arguments: { query: name } }))).not.toContain(
      dealId,
    )
    await client.close()
  },
  30_000,
)

const say = async (result: Promise<unknown>) => JSON.stringify(await result)

async function approve(dealId: string): Promise<void> {
  const headers = {
    authorization: `Basic ${Buffer.from('operator:letmein').toString('base64')}`,
    accept: 'application/json',
    'content-type': 'application/json',
  }
  for (let i = 0; i < 100; i += 1) {
    const { approvals } = (await (await fetch(`${origin}/approvals`, { headers })).json()) as {
      approvals: { id: string; state: string; arguments: { dealId: string } }[]
    }
    const found = approvals.find(
      (approval) => approval.arguments.dealId === dealId && approval.state === 'pending',
    )
    if (found !== undefined) {
      expect(
        (
          await fetch(`${origin}/approvals/${found.id}`, {
            method: 'POST',
            headers,
            body: '{"decision":"approve"}',
          })
        ).status,
      ).toBe(200)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('no approval was asked for')
}

function run(file: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file], { env: { ...process.env, NODE_OPTIONS: '', ...env } })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => resolve({ code, output }))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function answered(healthz: string): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    if (
      await fetch(healthz).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the example host did not start')
}
