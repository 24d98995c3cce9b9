import { connect, type Socket } from 'node:net'
import { createAllvMcpRouter } from 'allv-mcp'
import type { Running } from './support/http.js'
import { modern, toolCall } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { createWorld, KEYS, type World } from './support/world.js'

/** Bodies that do not come at once. */

const start = scenes()

interface Slow {
  readonly socket: Socket
  /** All that has been answered so far. */
  answer(): string
  readonly ended: Promise<void>
}

/** Sends a head, and what of the body is given. */
function begin(
  running: Running,
  body: string,
  { sent = 10, headers = {} as Record<string, string> } = {},
): Slow {
  const lines = Object.entries({
    host: 'x',
    'x-api-key': KEYS.acme,
    'x-allv-user-id': 'mem_maria',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  const socket = connect(running.port, '127.0.0.1', () => {
    socket.write(
      ['POST /api/workspaces/ws_acme/mcp HTTP/1.1', ...lines, '', body.slice(0, sent)].join('\r\n'),
    )
  })
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {})
  return { socket, answer: () => text, ended }
}

const CALL = JSON.stringify(toolCall('deals.add', { a: 1, b: 2 }))
const looked = (world: World) => {
  let keys = 0
  return {
    count: () => keys,
    adapt: {
      findByDigest: (query: { digest: string }) => {
        keys += 1
        return world.adapters.apiKeys.findByDigest(query)
      },
    },
  }
}

async function stage(options = {}) {
  const base = createWorld()
  const { count, adapt } = looked(base)
  const world = createWorld({
    ...options,
    adapt: () => ({ ...base.adapters, tools: base.options.adapters.tools, apiKeys: adapt }),
  })
  const router = createAllvMcpRouter(world.options)
  const { running } = await start({ ...world, router: () => router })
  return { base, count, router, running }
}

const modernCall = modern('tools/call', { name: 'deals.add', arguments: { a: 1, b: 2 } })

it.each([
  ['in 2025', CALL, {}],
  ['in 2026', JSON.stringify(modernCall.body), modernCall.headers ?? {}],
] as const)('are refused with 408 after the time limit, %s, and nothing runs', async (_, body, headers) => {
  const { base, running } = await stage({ bodyTimeoutMs: 100 })
  const slow = begin(running, body, { headers: { ...headers } })
  await slow.ended
  expect(slow.answer()).toMatch(/^HTTP\/1\.1 408 /)
  expect(slow.answer()).toMatch(/connection: close/i)
  expect(JSON.parse(slow.answer().split('\r\n\r\n')[1] ?? '').error.data.code).toBe('REQUEST_TIMEOUT')
  expect(base.executions).toEqual([])
})

it('run when they arrive in parts within the time limit, after admission is checked again', async () => {
  const { base, count, running } = await stage()
  const slow = begin(running, CALL)
  await until(() => count() === 1)
  slow.socket.write(CALL.slice(10))
  await until(() => slow.answer().includes('"sum":3'))
  expect([count(), base.executions.length]).toEqual([2, 1])
  slow.socket.destroy()
})

it.each([
  ['its key is revoked', 401, 'UNAUTHENTICATED', (world: World) => world.adapters.apiKeys.revoke('key_acme')],
  [
    'its member is deactivated',
    400,
    'MEMBER_NOT_ALLOWED',
    (world: World) => world.adapters.members.setActive('ws_acme', 'mem_maria', false),
  ],
  [
    'the feature is switched off',
    403,
    'FEATURE_DISABLED',
    (world: World) => world.adapters.features.set('mcp_server_v1', 'ws_acme', false),
  ],
] as const)(
  'do not run when %s before they have arrived, and the refusal is recorded',
  async (_, status, code, change) => {
    const { base, count, running } = await stage()
    const slow = begin(running, CALL)
    await until(() => count() === 1)
    change(base)
    slow.socket.write(CALL.slice(10))
    await until(() => slow.answer().includes(code))
    expect(slow.answer()).toContain(`HTTP/1.1 ${status} `)
    expect(base.executions).toEqual([])
    expect(base.adapters.audit.events.at(-1)).toMatchObject({
      type: 'request.refused',
      code,
      memberId: 'mem_maria',
    })
    slow.socket.destroy()
  },
)

it('do not keep a router from closing: they are refused with 503', async () => {
  const { base, count, router, running } = await stage({ bodyTimeoutMs: 600_000 })
  const slow = [begin(running, CALL), begin(running, CALL, { sent: 0 })]
  await until(() => count() === 2)
  await router.close()
  for (const { answer, ended } of slow) {
    await ended
    expect(answer()).toMatch(/^HTTP\/1\.1 503 [\s\S]*SHUTTING_DOWN/)
  }
  expect(base.executions).toEqual([])
})

it('need no second check of admission when they arrive at once', async () => {
  const { base, count, running } = await stage()
  const whole = begin(running, CALL, { sent: CALL.length })
  await until(() => whole.answer().includes('"sum":3'))
  expect(base.executions).toHaveLength(1)
  expect(count()).toBe(1)
  whole.socket.destroy()
})
