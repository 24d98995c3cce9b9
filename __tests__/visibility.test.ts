import { createAllvAgentApi, createAllvMcpRouter, createControlPlane, defineTool } from 'allv-mcp'
import { type Ask, modern, post, type Running, rpc } from './support/http.js'
import { scenes } from './support/scene.js'
import { createWorld, KEYS, type KeyName } from './support/world.js'

const start = scenes()

/** Tools, each hidden from some callers. */
const tool = (name: string, over: object = {}) =>
  defineTool({
    name,
    description: 'Says who may.',
    input: { type: 'object' },
    run: () => `ran ${name}`,
    ...over,
  })
const TOOLS = [
  tool('open.to_all'),
  tool('only.maria', { visible: ({ member }: { member: { id: string } }) => member.id === 'mem_maria' }),
  tool('only.globex', {
    visible: ({ workspaceId }: { workspaceId: string }) => workspaceId === 'ws_globex',
  }),
  tool('needs.read', { scopes: ['memory:read'] }),
  tool('needs.both', { scopes: ['memory:read', 'memory:write'] }),
  tool('needs.more', { scopes: ['memory:read', 'deals:write'] }),
  tool('needs_nothing', { scopes: [] }),
]

const WHO: readonly [KeyName, string, string][] = [
  ['acme', 'maria@acme.test', 'ws_acme'],
  ['acme', 'ada@acme.test', 'ws_acme'],
  ['acmeReader', 'maria@acme.test', 'ws_acme'],
  ['acmeNoScopes', 'omar@acme.test', 'ws_acme'],
  ['globex', 'lin@globex.test', 'ws_globex'],
]

const world = () => createWorld({ tools: TOOLS, rateLimit: false })
async function listed(running: Running, as: Ask): Promise<readonly string[]> {
  const { json } = await post(running, { ...as, body: rpc('tools/list') })
  return json.result.tools.map(({ name }: { name: string }) => name)
}

it.each(WHO)(
  'lists what may be called and calls what is listed: %s, %s',
  async (key, member, workspaceId) => {
    const { running } = await start(world())
    const as = { key, member, workspaceId }
    const names = new Set(await listed(running, as))
    const everything = [
      ...TOOLS.map(({ definition }) => definition.name),
      'admin.only',
      'scoped',
      'agent.update_memory',
      'agent.read_memory',
      'agent.get_approval',
    ]
    for (const name of everything) {
      const portable = name.replaceAll('.', '_')
      for (const called of [name, portable]) {
        for (const ask of [
          { ...as, body: rpc('tools/call', { name: called, arguments: { wrong: 1 } }) },
          { ...as, ...modern('tools/call', { name: called, arguments: { wrong: 1 } }) },
        ]) {
          const { json } = await post(running, ask)
          expect([called, json.error?.data['code'] !== 'TOOL_NOT_FOUND']).toEqual([
            called,
            names.has(portable),
          ])
        }
      }
    }
  },
)

it('differs by member and key, as the table says', async () => {
  const { running } = await start(world())
  const mine = TOOLS.map(({ definition }) => definition.name.replaceAll('.', '_'))
  const seen: Record<string, readonly string[]> = {}
  for (const [key, member, workspaceId] of WHO)
    seen[`${key} ${member}`] = (await listed(running, { key, member, workspaceId })).filter((name) =>
      mine.includes(name),
    )
  expect(seen).toEqual({
    'acme maria@acme.test': ['open_to_all', 'only_maria', 'needs_read', 'needs_both', 'needs_nothing'],
    'acme ada@acme.test': ['open_to_all', 'needs_read', 'needs_both', 'needs_nothing'],
    'acmeReader maria@acme.test': ['open_to_all', 'only_maria', 'needs_read', 'needs_nothing'],
    'acmeNoScopes omar@acme.test': ['open_to_all', 'needs_nothing'],
    'globex lin@globex.test': ['open_to_all', 'only_globex', 'needs_read', 'needs_both', 'needs_nothing'],
  })
})

it.each([
  [['*'], true],
  [['deals:*', 'memory:*'], true],
  [['deals:write', 'memory:read'], true],
  [['deals:*'], false],
  [['deals'], false],
  [['DEALS:WRITE', 'memory:read'], false],
  [['deals:write:all', 'memory:read'], false],
  [['deals:', 'memory:'], false],
  [['*:write', '*:read'], false],
])('grants by scopes %j what they name and no more', async (scopes, allowed) => {
  const own = world()
  const [record] = own.adapters.apiKeys.all().filter(({ id }) => id === 'key_acme')
  if (record !== undefined) own.adapters.apiKeys.add({ ...record, scopes })
  const { running } = await start(own)
  expect((await listed(running, {})).includes('needs_more')).toBe(allowed)
})

it('shows callers of one key nothing of each other, however their requests interleave', async () => {
  const { running } = await start(world())
  const asks = Array.from({ length: 60 }, (_, i) => WHO[i % WHO.length] as (typeof WHO)[number])
  const alone = new Map<string, string>()
  for (const [key, member, workspaceId] of WHO)
    alone.set(`${key} ${member}`, JSON.stringify(await listed(running, { key, member, workspaceId })))
  const answers = await Promise.all(
    asks.map(
      async ([key, member, workspaceId]) =>
        [`${key} ${member}`, JSON.stringify(await listed(running, { key, member, workspaceId }))] as const,
    ),
  )
  for (const [who, names] of answers) expect(names).toBe(alone.get(who))
})

it('is decided with each request: no list survives a change', async () => {
  let on = true
  const switched = tool('switched', { visible: () => on })
  const { running } = await start({ tools: [switched] })
  const call = async () =>
    (await post(running, { body: rpc('tools/call', { name: 'switched', arguments: {} }) })).json
  expect([(await listed(running, {})).includes('switched'), (await call()).error]).toEqual([true, undefined])
  on = false
  expect([(await listed(running, {})).includes('switched'), (await call()).error?.code]).toEqual([
    false,
    -32602,
  ])
})

it('is the same over the Agent API, by canonical names', async () => {
  const own = world()
  const plane = createControlPlane(own.options)
  const { running } = await start({ ...own, router: () => createAllvMcpRouter(plane) })
  const api = createAllvAgentApi(plane)
  for (const [key, member, workspaceId] of WHO) {
    const agent = await api.withApiKey({ workspaceId, apiKey: KEYS[key], member: { email: member } })
    const names = (await agent.listTools()).map(({ name }) => name.replaceAll('.', '_'))
    expect(names).toEqual(await listed(running, { key, member, workspaceId }))
  }
  const maria = await api.withApiKey({
    workspaceId: 'ws_acme',
    apiKey: KEYS.acme,
    member: { id: 'mem_maria' },
  })
  await expect(maria.callTool('open_to_all')).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' })
})
