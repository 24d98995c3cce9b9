import { type AuditEvent, ask, createAllvAgentApi, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { pageOfResources } from '../lib/control-plane/operations/resources.js'
import type { Admitted } from '../lib/control-plane/request/stages.js'
import { runtimeOf } from '../lib/control-plane/runtime/control-plane.js'
import { type Ask, modern, open, post, rpc, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { createWorld, KEYS, type WorldOptions } from './support/world.js'

/** Every operation that shows or does something leaves an event with the caller and the operation. */

const start = scenes()
const form = {
  method: 'elicitation/create',
  params: { message: 'Which?', requestedSchema: { type: 'object', properties: { a: { type: 'string' } } } },
} as const
const offerings: WorldOptions['adapt'] = () => ({
  prompts: {
    list: async () => [{ name: 'a' }, { name: 'b' }, { name: 'asking' }],
    get: async (_, { name }) => (name === 'asking' ? ask({ inputRequests: { q: form } }) : { messages: [] }),
    complete: async () => ({ values: ['x'] }),
  },
  resources: {
    list: async () => [1, 2, 3].map((i) => ({ uri: `crm://${i}`, name: `${i}` })),
    read: async (_, { uri }) => [{ uri, text: 'deal' }],
    templates: async () => [{ uriTemplate: 'crm://{id}', name: 'deal' }],
    complete: async () => ({ values: ['1', '2'] }),
  },
})

const memory = 'allv://workspaces/ws_acme/memory'
const completion = (ref: object) => rpc('completion/complete', { ref, argument: { name: 'key', value: '' } })
const initialize = rpc('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'c', version: '1' },
})

interface Case {
  readonly title: string
  readonly ask: Ask
  readonly left: readonly Partial<AuditEvent>[]
}

const asks: readonly Case[] = [
  {
    title: 'a session',
    ask: { body: initialize },
    left: [{ type: 'session.opened', operation: 'initialize' }],
  },
  {
    title: 'tools',
    ask: { body: rpc('tools/list') },
    left: [{ type: 'tools.listed', operation: 'tools/list' }],
  },
  {
    title: 'memory, and after it resources of the host',
    ask: { body: rpc('resources/list') },
    left: [
      { type: 'memory.listed', operation: 'memory/list' },
      { type: 'resources.listed', operation: 'resources/list' },
    ],
  },
  {
    title: 'templates',
    ask: { body: rpc('resources/templates/list') },
    left: [
      { type: 'templates.listed', operation: 'memory/templates' },
      { type: 'templates.listed', operation: 'resources/templates/list' },
    ],
  },
  {
    title: 'a memory entry',
    ask: { body: rpc('resources/read', { uri: `${memory}/tone` }) },
    left: [{ type: 'memory.read', operation: 'memory/read', memoryKey: 'tone' }],
  },
  {
    title: 'a resource of the host',
    ask: { body: rpc('resources/read', { uri: 'crm://1' }) },
    left: [{ type: 'resource.read', operation: 'resources/read', resourceUri: 'crm://1' }],
  },
  {
    title: 'prompts',
    ask: { body: rpc('prompts/list') },
    left: [{ type: 'prompts.listed', operation: 'prompts/list' }],
  },
  {
    title: 'a prompt',
    ask: { body: rpc('prompts/get', { name: 'a' }) },
    left: [{ type: 'prompt.got', operation: 'prompts/get', prompt: 'a' }],
  },
  {
    title: 'a prompt that asks first',
    ask: modern('prompts/get', { name: 'asking' }, { elicitation: { form: {} } }),
    left: [{ type: 'prompt.got', operation: 'prompts/get', prompt: 'asking', outcome: 'input_required' }],
  },
  {
    title: 'a completion of memory keys',
    ask: { body: completion({ type: 'ref/resource', uri: `${memory}/{key}` }) },
    left: [{ type: 'completion.given', operation: 'completion/complete', resourceUri: 'allv:memory' }],
  },
  {
    title: 'a completion of a template of the host',
    ask: { body: completion({ type: 'ref/resource', uri: 'crm://{id}' }) },
    left: [{ type: 'completion.given', operation: 'completion/complete', resourceUri: 'crm://{id}' }],
  },
  {
    title: 'a completion of a prompt',
    ask: { body: completion({ type: 'ref/prompt', name: 'a' }) },
    left: [{ type: 'completion.given', operation: 'completion/complete', prompt: 'a' }],
  },
  {
    title: 'an approval that a model looks for',
    ask: { body: toolCall('agent.get_approval', { approvalId: 'apr_none' }) },
    left: [
      { type: 'run.started', tool: 'agent.get_approval' },
      { type: 'approval.shown', operation: 'approvals/get', approvalId: 'apr_none', outcome: 'not_found' },
      { type: 'run.ended', tool: 'agent.get_approval' },
    ],
  },
  {
    title: 'memory that a model reads',
    ask: { body: toolCall('agent.read_memory', { key: 'tone' }) },
    left: [
      { type: 'run.started', tool: 'agent.read_memory' },
      { type: 'memory.read', operation: 'memory/read', memoryKey: 'tone' },
      { type: 'run.ended', tool: 'agent.read_memory' },
    ],
  },
  {
    title: 'memory that a model lists',
    ask: { body: toolCall('agent.read_memory') },
    left: [
      { type: 'run.started', tool: 'agent.read_memory' },
      { type: 'memory.listed', operation: 'memory/list' },
      { type: 'run.ended', tool: 'agent.read_memory' },
    ],
  },
]

const WHO = {
  workspaceId: 'ws_acme',
  memberId: 'mem_maria',
  credentialId: 'key_acme',
  credentialKind: 'api-key',
}

it.each(asks)('leaves an event with the caller and the operation: $title', async ({ ask: request, left }) => {
  const { world, running } = await start({ adapt: offerings })
  const answer = await post(running, request)
  expect(answer.json.error).toBeUndefined()
  expect(world.adapters.audit.events).toMatchObject(left.map((event) => ({ ...WHO, face: 'mcp', ...event })))
  expect(world.adapters.audit.events).toHaveLength(left.length)
})

it.each(['tools/list', 'prompts/list', 'resources/list'])(
  'leaves an event of each page of %s',
  async (method) => {
    const { world, running } = await start({ adapt: offerings, pageSize: 1 })
    let cursor: string | undefined
    for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
      const before = world.adapters.audit.events.length
      const { result } = (await post(running, { body: rpc(method, cursor === undefined ? {} : { cursor }) }))
        .json
      expect(world.adapters.audit.events.length).toBeGreaterThan(before)
      expect(page).toBeLessThan(50)
      cursor = result.nextCursor
    }
    expect(world.adapters.audit.events.every(({ type }) => type.endsWith('.listed'))).toBe(true)
  },
)

const events = ({ world }: Scene) => world.adapters.audit.events
const decide = ({ world }: Scene, decision: 'approve' | 'deny' = 'approve') =>
  world.adapters.approvals.decide({
    id: world.adapters.approvals.list()[0]?.id ?? '',
    decision,
    decidedBy: 'operator',
  })

describe('a task', () => {
  const pending = async () => {
    const scene = await start({ rateLimit: false })
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd' })).result
    return { scene, client, taskId }
  }

  it('leaves an event of each poll that shows its outcome, and of none before', async () => {
    const { scene, client, taskId } = await pending()
    const shown = () => events(scene).filter(({ type }) => type === 'task.shown')
    await client.get(taskId)
    await client.get(taskId)
    expect(shown()).toEqual([])
    await decide(scene)
    await client.until(taskId)
    expect(shown()).toMatchObject([
      { ...WHO, operation: 'tasks/get', runId: taskId, tool: 'deals.delete', outcome: 'succeeded' },
    ])
    await client.get(taskId, { key: 'acmeBound' })
    expect(shown()).toHaveLength(2)
    expect(shown()[1]).toMatchObject({ credentialId: 'key_acmeBound', runId: taskId })
  })

  it('records who requested its cancellation, and the outcome that was shown', async () => {
    const { scene, client, taskId } = await pending()
    await client.cancel(taskId, { key: 'acmeBound' })
    await client.get(taskId)
    expect(events(scene).slice(-2)).toMatchObject([
      {
        type: 'task.cancel_requested',
        operation: 'tasks/cancel',
        runId: taskId,
        credentialId: 'key_acmeBound',
      },
      { type: 'task.shown', runId: taskId, outcome: 'cancelled' },
    ])
  })

  it('records who sent answers to it, requested or not', async () => {
    const { scene, client, taskId } = await pending()
    await client.update(taskId, { nothing: { action: 'accept' } }, { key: 'acmeBound' })
    expect(events(scene).at(-1)).toMatchObject({
      type: 'task.answered',
      operation: 'tasks/update',
      runId: taskId,
      tool: 'deals.delete',
      credentialId: 'key_acmeBound',
    })
  })
})

describe('a stream', () => {
  it('leaves an event of what it may receive, of how much was requested, and of why it ended', async () => {
    const scene = await start({ adapt: offerings })
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd' })).result
    const gone = new AbortController()
    const guesses = Array.from({ length: 30 }, (_, i) => `${memory}/secret-${i}`)
    const notifications = {
      toolsListChanged: true,
      resourceSubscriptions: [`${memory}/tone`, 'crm://1', ...guesses],
      taskIds: [taskId, 'run_none'],
    }
    const request = modern('subscriptions/listen', { notifications }, TASKS_AND_FORM)
    const stream = await open(scene.running, { ...request, signal: gone.signal })
    expect(stream.status).toBe(200)
    const opened = events(scene).find(({ type }) => type === 'stream.opened')
    expect(opened).toMatchObject({ ...WHO, operation: 'subscriptions/listen' })
    expect(opened?.hears).toEqual({
      lists: ['tools'],
      resources: [`${memory}/tone`, 'crm://1'],
      resourceCount: 2,
      asked: 34,
      taskIds: [taskId],
      taskCount: 1,
    })
    gone.abort()
    await until(() => events(scene).at(-1)?.type === 'stream.closed')
    expect(events(scene).at(-1)).toMatchObject({ ...WHO, outcome: 'client gone' })
  })

  it('limits the addresses in its event', async () => {
    const scene = await start({ adapt: offerings })
    const long = `crm://${'x'.repeat(1000)}`
    const uris = Array.from({ length: 200 }, (_, i) => `${long}${i}`)
    const gone = new AbortController()
    const request = modern('subscriptions/listen', { notifications: { resourceSubscriptions: uris } })
    await open(scene.running, { ...request, signal: gone.signal })
    const hears = events(scene).find(({ type }) => type === 'stream.opened')?.hears
    expect([hears?.resources.length, hears?.resourceCount, hears?.asked]).toEqual([20, 200, 200])
    expect(JSON.stringify(hears).length).toBeLessThan(8000)
    gone.abort()
  })
})

it('leaves an event of each read of an approval through the Agent API', async () => {
  const world = createWorld()
  const agent = await createAllvAgentApi(world.options).withApiKey({
    workspaceId: 'ws_acme',
    apiKey: KEYS.acmeBound,
  })
  await agent.callTool('deals.delete', { dealId: 'd' })
  const [approval] = world.adapters.approvals.list()
  const before = world.adapters.audit.events.length
  await agent.getApproval(approval?.id ?? '')
  await agent.waitForApproval(approval?.id ?? '', { timeoutMs: 1 })
  await agent.getApproval('apr_of_nobody\u0000\u202e')
  const shown = { type: 'approval.shown', face: 'agent', credentialId: 'key_acmeBound' }
  expect(world.adapters.audit.events.slice(before)).toMatchObject([
    { ...shown, operation: 'approvals/get', approvalId: approval?.id, outcome: 'pending' },
    { ...shown, operation: 'approvals/wait', approvalId: approval?.id, outcome: 'pending' },
    { ...shown, operation: 'approvals/get', approvalId: 'apr_of_nobody\ufffd\ufffd', outcome: 'not_found' },
  ])
})

it('leaves an event when a request without answers asks the same questions again', async () => {
  const asks = defineTool({
    name: 'asks.again',
    description: 'Asks.',
    input: z.object({}),
    run: (_, { answers }) => (answers === null ? ask({ inputRequests: { q: form } }) : 'answered'),
  })
  const scene = await start({ tools: [asks] })
  const call = (params: object) =>
    post(
      scene.running,
      modern('tools/call', { name: 'asks.again', arguments: {}, ...params }, TASKS_AND_FORM),
    )
  const { requestState } = (await call({})).json.result
  const before = events(scene).length
  expect((await call({ requestState, inputResponses: {} })).json.result.inputRequests).toBeDefined()
  const [run] = scene.world.adapters.runs.all()
  expect(events(scene).slice(before)).toMatchObject([
    { ...WHO, type: 'run.joined', tool: 'asks.again', runId: run?.id, outcome: 'input_required' },
  ])
})

it('treats a fault of the sealer as a fault, not as the cursor of another member', async () => {
  const plane = runtimeOf(createWorld({ adapt: offerings }).options)
  const broken = {
    ...plane,
    sealer: { ...plane.sealer, open: () => Promise.reject(new Error('the sealer is broken')) },
  }
  const context = { workspaceId: 'ws_acme', member: { id: 'mem_maria' }, credential: { scopes: ['*'] } }
  const admitted = { context, correlationId: 'req_1', claimedWorkspaceId: 'ws_acme' } as unknown as Admitted
  await expect(pageOfResources(broken, admitted, 'any')).rejects.toThrow('the sealer is broken')
})
