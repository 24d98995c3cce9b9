import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpError } from '@modelcontextprotocol/sdk/types.js'
import type { Running } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { KEYS, type KeyName, type World } from './support/world.js'

const start = scenes()
const clients: Client[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

interface Seat {
  readonly key?: KeyName
  readonly member?: string
  readonly workspaceId?: string
}

/** A client as its documentation shows it. */
async function connect(
  running: Running,
  { key = 'acme', member = 'maria@acme.test', workspaceId }: Seat = {},
): Promise<Client> {
  const client = new Client({ name: 'real-client', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(running.endpoint(workspaceId)), {
    requestInit: { headers: { Authorization: `Bearer ${KEYS[key]}`, 'x-allv-user-email': member } },
  })
  clients.push(client)
  await client.connect(transport as Parameters<Client['connect']>[0])
  return client
}
const textOf = (result: Awaited<ReturnType<Client['callTool']>>) => {
  const [first] = Array.isArray(result.content) ? result.content : []
  return first?.text
}
const decide = (world: World, decision: 'approve' | 'deny') =>
  world.adapters.approvals.decide({
    id: world.adapters.approvals.list()[0]?.id ?? '',
    decision,
    decidedBy: 'operator',
    reason: 'because',
  })
const DELETE = { name: 'deals_delete', arguments: { dealId: 'd1' } }

it('negotiates the latest version of its era, and lists what there is', async () => {
  const { running } = await start({ instructions: 'Ask before you delete.', pageSize: 4 })
  const client = await connect(running)
  expect(client.getServerCapabilities()).toMatchObject({ tools: {}, resources: {} })
  expect(client.getServerVersion()?.name).toBe('allv-mcp')
  expect(client.getInstructions()).toBe('Ask before you delete.')
  await client.ping()
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor })
    names.push(...page.tools.map(({ name }) => name))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(names).toContain('deals_add')
  expect(new Set(names).size).toBe(names.length)
})

it('calls a tool, and gets its structured output as declared', async () => {
  const { running } = await start()
  const client = await connect(running)
  await client.listTools()
  const result = await client.callTool({ name: 'deals_add', arguments: { a: 20, b: 22 } })
  expect([result.structuredContent, textOf(result)]).toEqual([{ sum: 42 }, '{"sum":42}'])
})

it('gets progress while the tool works', async () => {
  const { running } = await start()
  const client = await connect(running)
  const seen: number[] = []
  const result = await client.callTool({ name: 'slow', arguments: { ms: 240, steps: 3 } }, undefined, {
    onprogress: ({ progress }) => seen.push(progress),
  })
  expect([textOf(result), seen]).toEqual(['slow and done', [1, 2, 3]])
})

it('cancels a call by its signal: the tool stops, and the run says so', async () => {
  const { world, running } = await start()
  const client = await connect(running)
  const stop = new AbortController()
  const call = client.callTool({ name: 'slow', arguments: { ms: 2000 } }, undefined, { signal: stop.signal })
  await until(() => world.adapters.runs.all().length === 1)
  stop.abort()
  await expect(call).rejects.toThrow()
  await until(() => world.adapters.runs.all()[0]?.status === 'cancelled')
  expect(world.executions).toEqual([])
  await client.ping()
})

it('reads memory, changes it by the tool, and reads the change', async () => {
  const { running } = await start()
  const client = await connect(running)
  const { resources } = await client.listResources()
  const uri = resources.find(({ name }) => name === 'tone')?.uri ?? ''
  const read = async () => (await client.readResource({ uri })).contents[0]
  expect(await read()).toMatchObject({ text: 'formal', mimeType: 'text/plain' })
  const { resourceTemplates } = await client.listResourceTemplates()
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
    'allv://workspaces/ws_acme/memory/{key}',
  )
  await client.listTools()
  const changed = await client.callTool({
    name: 'agent_update_memory',
    arguments: { key: 'tone', text: 'warm' },
  })
  expect(changed.structuredContent).toMatchObject({ key: 'tone', status: 'updated' })
  expect(await read()).toMatchObject({ text: 'warm' })
  await expect(client.readResource({ uri: uri.replace('tone', 'none') })).rejects.toMatchObject({
    code: -32002,
  })
})

it('gets an approval: pending, then run once, then replayed', async () => {
  const { world, running } = await start({ approvalHoldMs: 20 })
  const client = await connect(running)
  await client.listTools()
  const pending = await client.callTool(DELETE)
  expect([pending.isError, textOf(pending)]).toEqual([true, expect.stringContaining('is pending until')])
  const id = world.adapters.approvals.list()[0]?.id
  const asked = { name: 'agent_get_approval', arguments: { approvalId: id } }
  expect((await client.callTool(asked)).structuredContent).toMatchObject({ state: 'pending' })
  await decide(world, 'approve')
  expect((await client.callTool(asked)).structuredContent).toMatchObject({ state: 'approved' })
  expect(textOf(await client.callTool(DELETE))).toBe('deleted d1')
  expect(textOf(await client.callTool(DELETE))).toBe('deleted d1')
  expect(world.executions).toHaveLength(1)
})

it('gets its answer when a person has decided, and is told meanwhile what it waits for', async () => {
  const { world, running } = await start({ approvalHoldMs: 20_000 })
  const client = await connect(running)
  const messages: (string | undefined)[] = []
  const call = client.callTool(DELETE, undefined, {
    onprogress: ({ message }) => void messages.push(message),
  })
  await until(() => world.adapters.approvals.waiting() === 1)
  await decide(world, 'deny')
  const denied = await call
  expect([denied.isError, textOf(denied)]).toEqual([true, expect.stringContaining('denied: because')])
  expect(messages).toEqual(['waiting for approval'])
})

it('gets an error that names its mistake', async () => {
  const { running } = await start()
  const client = await connect(running)
  const wrong = await client.callTool({ name: 'deals_add', arguments: { a: 'x', b: 2 } })
  expect([wrong.isError, textOf(wrong)]).toEqual([
    true,
    expect.stringContaining('/a Invalid input: expected number'),
  ])
  const unknown = await client.callTool({ name: 'none', arguments: {} }).catch((error: unknown) => error)
  expect(unknown instanceof McpError && [unknown.code, unknown.data]).toEqual([
    -32602,
    { code: 'TOOL_NOT_FOUND' },
  ])
  await expect(client.listTools({ cursor: 'x' })).rejects.toMatchObject({ code: -32602 })
})

it.each<[string, Seat]>([
  ['a key that was revoked', { key: 'acmeRevoked' }],
  ['a key of another workspace', { key: 'globex' }],
  ['a member of another workspace', { member: 'lin@globex.test' }],
])('does not get in with %s', async (_, seat) => {
  const { running } = await start()
  await expect(connect(running, seat)).rejects.toThrow()
})

it('shares nothing with other clients at the same time, although all count their ids from 0', async () => {
  const { running } = await start({ rateLimit: false })
  const seats: readonly Seat[] = [
    {},
    { member: 'omar@acme.test' },
    { member: 'ada@acme.test' },
    { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' },
  ]
  const seated = await Promise.all(seats.map((seat) => connect(running, seat)))
  const work = seated.flatMap((client, seat) =>
    Array.from({ length: 15 }, async (_, i) => {
      const received: number[] = []
      const [sum, tone] = await Promise.all([
        client.callTool({ name: 'deals_add', arguments: { a: seat * 1000, b: i } }),
        client.callTool({ name: 'agent_read_memory', arguments: { key: 'tone' } }),
        client.callTool({ name: 'slow', arguments: { ms: 60, steps: 1 + seat } }, undefined, {
          onprogress: ({ progress, total }) => received.push(progress, total ?? 0),
        }),
      ])
      expect(sum.structuredContent).toEqual({ sum: seat * 1000 + i })
      expect(JSON.stringify(tone.structuredContent)).toContain(seat === 3 ? 'casual' : 'formal')
      expect(received.filter((_, place) => place % 2 === 1).every((total) => total === 1 + seat)).toBe(true)
    }),
  )
  await Promise.all(work)
})
