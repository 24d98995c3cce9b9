import { createAllvAgentApi, createInProcessEvents } from 'allv-mcp'
import { type Ask, modern, open, post, rpc, toolCall } from '../support/http.js'
import { type Scene, scenes, until } from '../support/scene.js'
import { TASKS_AND_FORM, taskClient } from '../support/tasks.js'
import { KEYS, type World } from '../support/world.js'

/** T23 of the security checklist: a revoked permission ends at once and everywhere. (Without any event, within 30 s: listen-timing.test.ts.) */

const start = scenes()
const begin = () => {
  const events = createInProcessEvents()
  return start({ approvalHoldMs: 20_000, rateLimit: false, adapt: () => ({ events }) })
}

const takings: readonly (readonly [string, string, (world: World) => void])[] = [
  ['the key is revoked', 'UNAUTHENTICATED', ({ adapters }) => adapters.apiKeys.revoke('key_acme')],
  [
    'the member is deactivated',
    'MEMBER_NOT_ALLOWED',
    ({ adapters }) => adapters.members.setActive('ws_acme', 'mem_maria', false),
  ],
  [
    'MCP is switched off',
    'FEATURE_DISABLED',
    ({ adapters }) => adapters.features.set('mcp_server_v1', 'ws_acme', false),
  ],
]

const requests: readonly Ask[] = [
  {},
  { body: rpc('tools/list') },
  { body: toolCall('deals.add', { a: 1, b: 2 }) },
  { body: rpc('resources/list') },
  { body: rpc('resources/read', { uri: 'allv://workspaces/ws_acme/memory/tone' }) },
  {
    body: rpc('completion/complete', {
      ref: { type: 'ref/prompt', name: 'a' },
      argument: { name: 'a', value: '' },
    }),
  },
  modern('server/discover'),
  modern('tasks/get', { taskId: 'run_1' }, TASKS_AND_FORM),
  modern('tasks/update', { taskId: 'run_1', inputResponses: {} }, TASKS_AND_FORM),
  modern('tasks/cancel', { taskId: 'run_1' }, TASKS_AND_FORM),
  modern('subscriptions/listen', { notifications: { toolsListChanged: true } }),
]
const approve = ({ adapters: { approvals } }: World) =>
  approvals.decide({ id: approvals.list()[0]?.id ?? '', decision: 'approve', decidedBy: 'operator' })
/** What was going on has come to its end: the waits are over, and so is the work. */
const settled = ({ world }: Scene) => until(() => world.adapters.approvals.waiting() === 0)

describe.each(takings)('once %s', (_, code, take) => {
  it('every request is refused', async () => {
    const { world, running } = await begin()
    take(world)
    for (const ask of requests) {
      const answer = await post(running, ask)
      expect([answer.status >= 400, answer.json.error?.data['code']]).toEqual([true, code])
    }
    expect(world.executions).toEqual([])
  })

  it('an agent from before is refused', async () => {
    const { world } = await begin()
    const member = { id: 'mem_maria' }
    const agent = await createAllvAgentApi(world.options).withApiKey({
      workspaceId: 'ws_acme',
      apiKey: KEYS.acme,
      member,
    })
    await agent.listTools()
    take(world)
    for (const act of [
      () => agent.listTools(),
      () => agent.callTool('deals.add', { a: 1, b: 2 }),
      () => agent.listMemory(),
      () => agent.readMemory('tone'),
      () => agent.getApproval('apr_1'),
      () => agent.waitForApproval('apr_1'),
    ])
      await expect(act()).rejects.toMatchObject({ code })
  })

  it('a call that is held for an approval runs nothing, although it is approved', async () => {
    const scene = await begin()
    const call = post(scene.running, { body: toolCall('deals.delete', { dealId: 'd' }) })
    await until(() => scene.world.adapters.approvals.waiting() === 1)
    take(scene.world)
    await approve(scene.world)
    const { json } = await call
    expect([json.error?.data?.['code'], json.result?._meta?.['ai.allv/code']]).toContain(code)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.approvals.list()[0]?.state).toBe('approved')
  })

  it('a task that waits for an approval is neither shown nor run, although it is approved', async () => {
    const scene = await begin()
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd' })).result
    take(scene.world)
    await approve(scene.world)
    for (const answer of [
      await client.get(taskId),
      await client.update(taskId, {}),
      await client.cancel(taskId),
    ])
      expect(answer.error?.data['code']).toBe(code)
    expect(scene.world.executions).toEqual([])
    expect(scene.world.adapters.runs.all().map(({ status }) => status)).toEqual(['pending_approval'])
  })

  it('a stream that follows a task ends, and does not run it, although it is approved', async () => {
    const scene = await begin()
    const { result } = await taskClient(scene.running, TASKS_AND_FORM).call('deals.delete', { dealId: 'd' })
    const notifications = { taskIds: [result.taskId], toolsListChanged: true }
    const stream = await open(
      scene.running,
      modern('subscriptions/listen', { notifications }, TASKS_AND_FORM),
    )
    const text = stream.text()
    await until(() => scene.world.adapters.audit.events.some(({ type }) => type === 'stream.opened'))
    take(scene.world)
    await approve(scene.world)
    const { events } = scene.world.options.adapters
    await events?.publish({ type: 'tools_changed', workspaceId: 'ws_acme', memberId: null })
    expect(await text).not.toContain('deleted d')
    await until(() => scene.world.adapters.audit.events.at(-1)?.type === 'stream.closed')
    expect(scene.world.adapters.audit.events.at(-1)).toMatchObject({ outcome: 'refused' })
    await settled(scene)
    expect(scene.world.executions).toEqual([])
  })
})
