import { decideNewest } from './support/decisions.js'
import type { Ask, JsonRpc } from './support/http.js'
import { modern, open, type Running } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { taskClient } from './support/tasks.js'

const start = scenes()
const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }

/** Opens a listen stream, and gathers what comes until `stop`. */
async function listenTo(running: Running, taskIds: readonly string[], over: Partial<Ask> = {}) {
  const abort = new AbortController()
  const request = modern('subscriptions/listen', { notifications: { taskIds } }, TASKS)
  const response = await open(running, { ...request, ...over, signal: abort.signal })
  const messages: JsonRpc[] = []
  const reading = (async () => {
    for await (const chunk of response.body ?? [])
      for (const line of Buffer.from(chunk).toString().split('\n'))
        if (line.startsWith('data: ')) messages.push(JSON.parse(line.slice(6)))
  })().catch(() => {})
  return {
    messages,
    statuses: () =>
      messages.flatMap(({ method, params }) =>
        method === 'notifications/tasks' ? [params?.['status']] : [],
      ),
    async stop() {
      abort.abort()
      await reading
    },
  }
}

it('sends a listener the state of its task, and continues the task when it is approved', async () => {
  const { world, running } = await start()
  const { taskId } = (await taskClient(running).call('deals.delete', { dealId: 'd1' })).result
  const news = await listenTo(running, [taskId])
  await until(() => news.statuses().length === 1)
  expect(news.messages[0]).toMatchObject({
    method: 'notifications/subscriptions/acknowledged',
    params: { notifications: { taskIds: [taskId] } },
  })
  expect(news.messages[1]).toMatchObject({
    method: 'notifications/tasks',
    params: {
      taskId,
      status: 'working',
      ttlMs: expect.any(Number),
      _meta: { 'io.modelcontextprotocol/subscriptionId': 7 },
    },
  })
  await decideNewest(world)
  await until(() => news.statuses().includes('completed'))
  expect(news.messages.at(-1)?.params).toMatchObject({
    status: 'completed',
    result: { content: [{ text: 'deleted d1' }] },
  })
  expect(news.messages.at(-1)?.params).not.toHaveProperty('resultType')
  expect(world.executions).toHaveLength(1)
  await news.stop()
})

it('acknowledges no tasks of other members, and asks for the extension', async () => {
  const { running } = await start()
  const { taskId } = (await taskClient(running).call('deals.delete', { dealId: 'd1' })).result
  const foreign = await listenTo(running, [taskId, 'run_unknown'], { member: 'omar@acme.test' })
  await until(() => foreign.messages.length === 2)
  expect(foreign.messages[0]?.params).toMatchObject({ notifications: {} })
  expect(foreign.messages[1]?.result).toMatchObject({ resultType: 'complete' })
  const undeclared = modern('subscriptions/listen', { notifications: { taskIds: [taskId] } })
  const refused = await open(running, undeclared)
  expect([refused.status, JSON.parse(await refused.text()).error.code]).toEqual([400, -32021])
  await foreign.stop()
})

it('leaves nothing waiting when the listener disconnects', async () => {
  const { world, running } = await start()
  const { taskId } = (await taskClient(running).call('deals.delete', { dealId: 'd1' })).result
  const news = await listenTo(running, [taskId])
  await until(() => world.adapters.approvals.waiting() === 1)
  await news.stop()
  await until(() => world.adapters.approvals.waiting() === 0)
  await decideNewest(world)
  expect(world.executions).toEqual([])
})
