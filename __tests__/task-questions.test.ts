import { ask, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { decideNewest } from './support/decisions.js'
import { listen, type Running } from './support/http.js'
import { scenes } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { createWorld, type World } from './support/world.js'

const start = scenes()
const form = (message: string) => ({
  method: 'elicitation/create' as const,
  params: {
    message,
    requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
  },
})
const effects: unknown[] = []
beforeEach(() => void effects.splice(0))
/** Works for a moment, asks for two colors at once, works again, asks for a third, and paints. */
const paint = (approval: 'none' | 'operator') =>
  defineTool({
    name: `paint.${approval}`,
    description: 'Asks while it works.',
    input: z.object({ what: z.string() }),
    approval,
    taskSupport: 'optional',
    async run({ what }, { answers, state }) {
      await new Promise((resolve) => setTimeout(resolve, 150))
      if (answers === null)
        return ask({ inputRequests: { front: form('Front?'), back: form('Back?') }, state: 1 })
      if (state === 1) return ask({ inputRequests: { front: form('Front again?') }, state: [answers] })
      effects.push({ what, answers, state })
      return 'painted'
    },
  })
const accept = (color: string) => ({ action: 'accept', content: { color } })
const open = () => start({ tools: [paint('none'), paint('operator')], rateLimit: false })

async function anotherNode({ options }: World): Promise<Running> {
  const { adapters: _, ...rest } = options
  return listen(
    createWorld({ ...rest, tools: [paint('none'), paint('operator')], adapt: () => options.adapters }),
  )
}

it('asks in the task, keeps the answers, and continues with all of them, on any node', async () => {
  const { world, running } = await open()
  const node = await anotherNode(world)
  const [here, there] = [taskClient(running, TASKS_AND_FORM), taskClient(node, TASKS_AND_FORM)]
  const { taskId } = (await here.call('paint.none', { what: 'car' })).result
  const first = await there.until(taskId, 'input_required')
  expect(Object.keys(first.inputRequests)).toEqual(['1.front', '1.back'])
  await there.update(taskId, { '1.front': accept('red'), 'never.asked': accept('pink') })
  expect(Object.keys((await here.get(taskId)).result.inputRequests)).toEqual(['1.back'])
  await here.update(taskId, { '1.front': accept('ignored'), '1.back': { action: 'decline' } })
  const second = await there.until(taskId, 'input_required')
  expect(Object.keys(second.inputRequests)).toEqual(['2.front'])
  await there.update(taskId, { '2.front': accept('blue') })
  expect((await here.until(taskId)).result.content[0].text).toBe('painted')
  expect(effects).toEqual([
    {
      what: 'car',
      answers: { front: accept('blue') },
      state: [{ front: accept('red'), back: { action: 'decline' } }],
    },
  ])
  await node.close()
})

it('continues once, however often and on whichever node it is answered', async () => {
  const { world, running } = await open()
  const node = await anotherNode(world)
  const clients = [taskClient(running, TASKS_AND_FORM), taskClient(node, TASKS_AND_FORM)]
  const [client] = clients
  if (client === undefined) throw new Error('no client')
  const { taskId } = (await client.call('paint.none', { what: 'car' })).result
  await client.until(taskId, 'input_required')
  const answers = { '1.front': accept('red'), '1.back': accept('green') }
  await Promise.all(Array.from({ length: 20 }, (_, i) => clients[i % 2]?.update(taskId, answers)))
  await client.until(taskId, 'input_required')
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => clients[i % 2]?.update(taskId, { '2.front': accept('blue') })),
  )
  await client.until(taskId)
  expect(effects).toHaveLength(1)
  await node.close()
})

it('loses neither of two answers that are given at once', async () => {
  const { running } = await open()
  const client = taskClient(running, TASKS_AND_FORM)
  for (let i = 0; i < 5; i += 1) {
    const { taskId } = (await client.call('paint.none', { what: `car ${i}` })).result
    await client.until(taskId, 'input_required')
    await Promise.all([
      client.update(taskId, { '1.front': accept('red') }),
      client.update(taskId, { '1.back': accept('green') }),
    ])
    expect(Object.keys((await client.until(taskId, 'input_required')).inputRequests ?? {})).toEqual([
      '2.front',
    ])
  }
})

/** A task whose call was approved, and whose tool asks by now. */
async function approvedAndAsking() {
  const { world, running } = await open()
  const client = taskClient(running, TASKS_AND_FORM)
  const { taskId } = (await client.call('paint.operator', { what: 'car' })).result
  await decideNewest(world)
  await client.until(taskId, 'input_required')
  return { world, client, taskId }
}

it('keeps its approval while it asks: approved once, consumed once, settled at the end', async () => {
  const { world, client, taskId } = await approvedAndAsking()
  expect(world.adapters.approvals.list()[0]?.state).toBe('executing')
  await client.update(taskId, { '1.front': accept('red'), '1.back': accept('green') })
  await client.until(taskId, 'input_required')
  await client.update(taskId, { '2.front': accept('blue') })
  expect((await client.until(taskId)).status).toBe('completed')
  expect([world.adapters.approvals.list()[0]?.state, effects.length]).toEqual(['settled', 1])
})

it('ends as cancelled when it is cancelled while it asks, and its approval runs nothing any more', async () => {
  const { world, client, taskId } = await approvedAndAsking()
  await client.cancel(taskId)
  expect((await client.get(taskId)).result.status).toBe('cancelled')
  await client.update(taskId, { '1.front': accept('red'), '1.back': accept('green') })
  expect((await client.get(taskId)).result.status).toBe('cancelled')
  expect(world.adapters.approvals.list()[0]).toMatchObject({
    state: 'settled',
    outcome: { status: 'cancelled' },
  })
  expect(effects).toEqual([])
})

it('is shown as working to clients that cannot be asked, and refuses invalid answers', async () => {
  const { running } = await open()
  const client = taskClient(running, TASKS_AND_FORM)
  const { taskId } = (await client.call('paint.none', { what: 'car' })).result
  await client.until(taskId, 'input_required')
  expect((await taskClient(running).get(taskId)).result.status).toBe('working')
  for (const bad of ['red', null, {}, { action: 'maybe' }])
    expect((await client.update(taskId, { '1.front': bad })).error?.code).toBe(-32602)
  await client.update(taskId, {
    '1.front': accept('red'),
    '1.back': { action: 'accept', content: { color: 5 } },
  })
  expect(Object.keys((await client.get(taskId)).result.inputRequests)).toEqual(['1.back'])
})

it.each([
  ['characters of three bytes', '語'],
  ['quotes', '"'],
])('continues with answers up to its limit: %s', async (_, character) => {
  const { running } = await open()
  const client = taskClient(running, TASKS_AND_FORM)
  const what = character.repeat(character === '"' ? 30_000 : 60_000)
  const { taskId } = (await client.call('paint.none', { what })).result
  await client.until(taskId, 'input_required')
  await client.update(taskId, { '1.front': accept('red'), '1.back': accept('red') })
  await client.until(taskId, 'input_required')
  await client.update(taskId, { '2.front': accept('blue') })
  expect((await client.until(taskId)).result.content[0].text).toBe('painted')
  expect(effects).toMatchObject([{ what }])
})
