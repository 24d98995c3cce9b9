import {
  type Adapters,
  type AllvAgent,
  createAllvAgentApi,
  createAllvMcpRouter,
  createControlPlane,
  createToolProvider,
  defineTool,
  type ResourcesAdapter,
} from 'allv-mcp'
import { createInMemoryAdapters } from 'allv-mcp/testing'
import { modern, open, post, type Running, rpc } from './support/http.js'
import { scenes } from './support/scene.js'
import { taskClient } from './support/tasks.js'
import { createWorld, type World } from './support/world.js'

/** A host needs only keys, members and tools. Missing parts are neither listed nor declared, in both faces and both eras. */

const start = scenes()

const tool = (name: string, over: object = {}) =>
  defineTool({ name, description: 'Echoes.', input: { type: 'object' }, run: () => `ran ${name}`, ...over })
/** Continues when it is released. */
let finish = () => {}
const long = () =>
  new Promise<string>((resolve) => {
    finish = () => resolve('ran deals.long')
  })
const tools = createToolProvider([
  tool('deals.echo'),
  tool('deals.long', { taskSupport: 'required', run: long }),
])

interface Host {
  readonly running: Running
  readonly maria: AllvAgent
  readonly stored: ReturnType<typeof createInMemoryAdapters>
}

/** `keeps`: the adapters beside the three. */
async function host(
  keeps: (stored: Host['stored']) => Partial<Adapters> = () => ({}),
  over: Partial<Adapters> = {},
): Promise<Host> {
  const world = createWorld()
  const stored = createInMemoryAdapters()
  const { apiKeys, members } = world.adapters
  const adapters: Adapters = { apiKeys, members, tools, ...keeps(stored), ...over }
  const plane = createControlPlane({
    adapters,
    rateLimit: false,
    secret: 'a secret that only these tests have',
  })
  const { running } = await start({ ...world, router: () => createAllvMcpRouter(plane) } satisfies World)
  const api = createAllvAgentApi(plane)
  const maria = await api.asMember({ workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' })
  return { running, maria, stored }
}

const deals: ResourcesAdapter = {
  list: async () => [{ uri: 'crm://deals/1', name: 'a deal' }],
  read: async (_, { uri }) => (uri === 'crm://deals/1' ? [{ uri, text: 'a deal' }] : null),
  templates: async () => [{ uriTemplate: 'crm://deals/{id}', name: 'deals' }],
  complete: async () => ({ values: ['1'] }),
}

const TONE = 'allv://workspaces/ws_acme/memory/tone'
const TEMPLATE = 'allv://workspaces/ws_acme/memory/{key}'
const completionOf = (uri: string) => ({
  ref: { type: 'ref/resource', uri },
  argument: { name: 'key', value: '' },
})

const ERAS = {
  '2025': (method: string, params: Record<string, unknown> = {}) => ({ body: rpc(method, params) }),
  '2026': (method: string, params: Record<string, unknown> = {}) => modern(method, params),
} as const

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
}

async function capabilitiesIn(era: keyof typeof ERAS, running: Running) {
  const ask = era === '2025' ? ERAS[era]('initialize', INITIALIZE) : ERAS[era]('server/discover')
  return (await post(running, ask)).json.result.capabilities
}

describe.each(Object.keys(ERAS) as (keyof typeof ERAS)[])('MCP %s', (era) => {
  const ask = ERAS[era]
  const send = async ({ running }: Host, method: string, params?: Record<string, unknown>) =>
    (await post(running, ask(method, params))).json
  const namesIn = async (at: Host) =>
    (await send(at, 'tools/list')).result.tools.map(({ name }: { name: string }) => name)
  const codeIn = async (at: Host, method: string, params: Record<string, unknown>) =>
    (await send(at, method, params)).error?.data['code']

  describe('of a host with three adapters', () => {
    it('declares tools, and nothing that it does not have', async () => {
      const { running } = await host()
      expect(await capabilitiesIn(era, running)).toEqual({
        tools: era === '2025' ? {} : { listChanged: true },
      })
    })

    it('lists and calls only tools of the host', async () => {
      const at = await host()
      expect(await namesIn(at)).toEqual(['deals_echo', 'deals_long'])
      const { result } = await send(at, 'tools/call', { name: 'deals_echo', arguments: {} })
      expect(result.content).toEqual([{ type: 'text', text: 'ran deals.echo' }])
    })

    it.each([
      ['agent.read_memory', { key: 'tone' }],
      ['agent.update_memory', { key: 'tone', text: 'x' }],
      ['agent.get_approval', { approvalId: 'apr_1' }],
    ])('answers the tool %s as unknown', async (name, args) => {
      const at = await host()
      const unknown = (await send(at, 'tools/call', { name: 'agent.nothing', arguments: args })).error
      const { error } = await send(at, 'tools/call', { name, arguments: args })
      expect(error?.data['code']).toBe('TOOL_NOT_FOUND')
      expect([error?.code, error?.message]).toEqual([unknown?.code, unknown?.message])
    })

    it.each([
      ['resources/list', {}],
      ['resources/templates/list', {}],
      ['resources/read', { uri: TONE }],
      ['prompts/list', {}],
      ['completion/complete', completionOf(TEMPLATE)],
    ])('answers the method %s as unknown', async (method, params) => {
      expect(await codeIn(await host(), method, params)).toBe('METHOD_NOT_FOUND')
    })
  })

  describe('of a host with its own resources, and no memory', () => {
    const withDeals = (over: Partial<Adapters> = {}) =>
      host(({ audit }) => ({ audit }), { resources: deals, ...over })

    it('declares and lists them, and no memory', async () => {
      const at = await withDeals()
      expect(Object.keys(await capabilitiesIn(era, at.running)).sort()).toEqual([
        'completions',
        'resources',
        'tools',
      ])
      expect((await send(at, 'resources/list')).result).toMatchObject({
        resources: [{ uri: 'crm://deals/1', name: 'a deal' }],
      })
      expect((await send(at, 'resources/list')).result.nextCursor).toBeUndefined()
      expect((await send(at, 'resources/templates/list')).result.resourceTemplates).toEqual([
        { uriTemplate: 'crm://deals/{id}', name: 'deals' },
      ])
      const read = await send(at, 'resources/read', { uri: 'crm://deals/1' })
      expect(read.result.contents).toEqual([{ uri: 'crm://deals/1', text: 'a deal' }])
    })

    it('answers an address of memory like any unknown address, and completes it to nothing', async () => {
      const at = await withDeals()
      const known = await start()
      const missing = `${TONE}-that-is-not-there`
      const elsewhere = (await post(known.running, ask('resources/read', { uri: missing }))).json.error
      const { error } = await send(at, 'resources/read', { uri: missing })
      expect(error?.data['code']).toBe('MEMORY_NOT_FOUND')
      expect([error?.code, error?.message]).toEqual([elsewhere?.code, elsewhere?.message])
      const completed = await send(at, 'completion/complete', completionOf(TEMPLATE))
      expect(completed.result.completion).toEqual({ values: [], hasMore: false })
      const own = await send(at, 'completion/complete', completionOf('crm://deals/{id}'))
      expect(own.result.completion.values).toEqual(['1'])
    })

    it('refuses a cursor of memory that another version of the host gave', async () => {
      const entries = [1, 2].map((i) => ({ key: `k${i}`, revision: '1', updatedAt: new Date() }))
      const memory = { list: async () => ({ entries, nextCursor: 'more' }), read: async () => null }
      const before = await withDeals({ memory })
      const { nextCursor } = (await send(before, 'resources/list')).result
      expect(await codeIn(await withDeals(), 'resources/list', { cursor: nextCursor })).toBe('INVALID_CURSOR')
    })

    it('records what was shown, and nothing of memory', async () => {
      const at = await withDeals()
      await send(at, 'resources/list')
      await send(at, 'resources/templates/list')
      const types = at.stored.audit.events.map(({ type }) => type)
      expect(types).toEqual(expect.arrayContaining(['resources.listed', 'templates.listed']))
      expect(types.filter((type) => type.startsWith('memory.'))).toEqual([])
    })

    it('lists no templates if the host has none', async () => {
      const { templates: _, ...plain } = deals
      const at = await withDeals({ resources: plain })
      expect((await send(at, 'resources/templates/list')).result.resourceTemplates).toEqual([])
    })
  })

  it('declares completions for prompts only', async () => {
    const prompts = { list: async () => [{ name: 'weekly' }], get: async () => ({ messages: [] }) }
    const at = await host(() => ({ prompts }))
    expect(Object.keys(await capabilitiesIn(era, at.running)).sort()).toEqual([
      'completions',
      'prompts',
      'tools',
    ])
    const ref = { type: 'ref/prompt', name: 'weekly' }
    const { result } = await send(at, 'completion/complete', { ref, argument: { name: 'x', value: '' } })
    expect(result.completion.values).toEqual([])
  })

  it('has the tools of memory with memory, and that of approvals with approvals', async () => {
    const memory = await host(({ memory }) => ({ memory }))
    expect(await namesIn(memory)).toEqual([
      'deals_echo',
      'deals_long',
      'agent_update_memory',
      'agent_read_memory',
    ])
    const update = { name: 'agent_update_memory', arguments: { key: 'tone', text: 'warm' } }
    expect((await send(memory, 'tools/call', update)).result.structuredContent).toMatchObject({
      status: 'updated',
    })
    expect((await send(memory, 'resources/read', { uri: TONE })).result.contents[0].text).toBe('warm')
    const reading = await host(({ memory: { list, read } }) => ({ memory: { list, read } }))
    expect(await namesIn(reading)).toEqual(['deals_echo', 'deals_long', 'agent_read_memory'])
    const approvals = await host(({ approvals }) => ({ approvals }))
    expect(await namesIn(approvals)).toEqual(['deals_echo', 'deals_long', 'agent_get_approval'])
    expect(Object.keys(await capabilitiesIn(era, approvals.running))).toEqual(['tools'])
  })

  it('asks for approvals without memory', async () => {
    const at = await host(({ approvals }) => ({
      approvals,
      tools: createToolProvider([tool('deals.delete', { approval: 'member' })]),
    }))
    const call = { name: 'deals_delete', arguments: {} }
    const pending = (async () => (await send(at, 'tools/call', call)).result)()
    while (at.stored.approvals.list().length === 0) await new Promise(setImmediate)
    const [approval] = at.stored.approvals.list()
    await at.stored.approvals.decide({ id: approval?.id ?? '', decision: 'approve', decidedBy: 'mem_maria' })
    expect((await pending).content).toEqual([{ type: 'text', text: 'ran deals.delete' }])
  })
})

describe('tasks', () => {
  it('of tools without approval work with runs only', async () => {
    const { running } = await host(({ runs }) => ({ runs }))
    const client = taskClient(running)
    const { result } = await client.call('deals.long')
    expect(result.resultType).toBe('task')
    finish()
    const over = await client.until(result.taskId)
    expect([over.status, over.result.content[0].text]).toEqual(['completed', 'ran deals.long'])
  })

  it('that wait for an approval of another store have ended if there are no approvals', async () => {
    const approved = createToolProvider([tool('deals.echo', { approval: 'operator' })])
    const before = await host(({ runs, approvals }) => ({ runs, approvals, tools: approved }))
    const { result } = await taskClient(before.running).call('deals.echo')
    const after = await host(() => ({ runs: before.stored.runs }))
    const { result: seen } = await taskClient(after.running).get(result.taskId)
    expect(seen.status).not.toBe('working')
    expect(JSON.stringify(seen)).toContain('APPROVAL_EXPIRED')
  })
})

it('acknowledges a stream without what the host does not have', async () => {
  const notificationsFor = async ({ running }: Host) => {
    const gone = new AbortController()
    const filter = { toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: [TONE] }
    const ask = modern('subscriptions/listen', { notifications: filter })
    const response = await open(running, { ...ask, signal: gone.signal })
    const { value = new Uint8Array() } = (await response.body?.getReader().read()) ?? {}
    gone.abort()
    const text = Buffer.from(value).toString()
    return JSON.parse(text.slice(text.indexOf('data: ') + 6)).params.notifications
  }
  expect(await notificationsFor(await host())).toEqual({ toolsListChanged: true })
  const withDeals = await host(() => ({ resources: deals }))
  expect(await notificationsFor(withDeals)).toEqual({ toolsListChanged: true, resourcesListChanged: true })
})

describe('the Agent API', () => {
  it('lists and calls the tools of three adapters', async () => {
    const { maria } = await host()
    expect((await maria.listTools()).map(({ name }) => name)).toEqual(['deals.echo', 'deals.long'])
    expect(await maria.callTool('deals.echo')).toMatchObject({ status: 'completed', approvalId: null })
    await expect(maria.callTool('agent.update_memory', { key: 'tone', text: 'x' })).rejects.toMatchObject({
      code: 'TOOL_NOT_FOUND',
    })
  })

  it('has an empty memory without memory', async () => {
    const { maria } = await host()
    expect(await maria.listMemory()).toEqual({ entries: [], nextCursor: null })
    await expect(maria.readMemory('tone')).rejects.toMatchObject({ code: 'MEMORY_NOT_FOUND' })
  })

  it('finds no approval without approvals, and waits for none', async () => {
    const { maria } = await host()
    expect(await maria.getApproval('apr_1')).toBeNull()
    expect(await maria.waitForApproval('apr_1', { timeoutMs: 2 ** 30 })).toBeNull()
  })
})

it('treats a null adapter as not given, if nothing needs it', async () => {
  const { maria } = await host(() => ({ memory: null, approvals: null, policy: null }) as never)
  expect((await maria.callTool('deals.echo')).status).toBe('completed')
  expect(await maria.getApproval('apr_1')).toBeNull()
})
