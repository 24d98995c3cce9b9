import { ask, createAllvAgentApi, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { post, toolCall } from './support/http.js'
import { type Scene, scenes, until } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { QUESTION } from './support/tools.js'
import type { World } from './support/world.js'

/** Several calls may share one run: while one of them gives up, another may be executing it. */
const start = scenes()
const KEYED = { headers: { 'idempotency-key': 'k1' } }
const DELETE = { ...KEYED, body: toolCall('deals.delete', { dealId: 'd1' }) }
const META = { params: { _meta: { 'ai.allv/idempotencyKey': 'k1' } } }

let finish: () => void = () => {}
const slow = defineTool({
  name: 'slow.approved',
  description: 'Takes as long as the test wants.',
  input: z.object({}),
  approval: 'operator',
  run: () =>
    new Promise<string>((resolve) => {
      finish = () => resolve('done')
    }),
})
const SLOW = { ...KEYED, body: toolCall('slow.approved') }
const asking = defineTool({
  name: 'asking.approved',
  description: 'Asks once it runs.',
  input: z.object({}),
  approval: 'operator',
  async run(_, { answers }) {
    if (answers !== null) return 'painted'
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    return ask({ inputRequests: { color: QUESTION } })
  },
})

const open = (approvalHoldMs: number) => start({ approvalHoldMs, tools: [slow, asking], rateLimit: false })
const approve = ({ adapters }: World) =>
  adapters.approvals.decide({
    id: adapters.approvals.list()[0]?.id ?? '',
    decision: 'approve',
    decidedBy: 'operator',
  })
const firstRun = ({ adapters }: World) => adapters.runs.all()[0]
const executing = ({ world }: Scene) => until(() => world.adapters.approvals.list()[0]?.state === 'executing')

describe('a run that two callers share', () => {
  it('is not recorded as cancelled when one of them disconnects while the other executes', async () => {
    const { world } = await open(20_000)
    const agent = createAllvAgentApi({ ...world.options, approvalHoldMs: 0 })
    const patient = createAllvAgentApi(world.options)
    const as = { workspaceId: 'ws_acme', memberId: 'mem_maria', via: 'test' }
    const call = async (api: typeof agent, signal?: AbortSignal) =>
      (await api.asMember(as)).callTool(
        'slow.approved',
        {},
        { idempotencyKey: 'k1', ...(signal === undefined ? {} : { signal }) },
      )
    await call(agent)
    const executor = call(patient)
    await until(() => world.adapters.approvals.waiting() === 1)
    await approve(world)
    await until(() => world.adapters.approvals.list()[0]?.state === 'executing')
    const gone = new AbortController()
    const other = call(patient, gone.signal)
    await until(() => world.adapters.approvals.waiting() === 1)
    gone.abort()
    expect((await other).status).toBe('pending_approval')
    finish()
    expect((await executor).status).toBe('completed')
    expect(firstRun(world)).toMatchObject({ status: 'succeeded', errorCode: null })
    expect((await call(agent)).status).toBe('completed')
  })

  it('is not recorded as cancelled when its task is cancelled while a repeat of the call executes', async () => {
    const scene = await open(20_000)
    const { world, running } = scene
    const client = taskClient(running)
    const { taskId } = (await client.call('slow.approved', {}, META)).result
    const repeat = post(running, SLOW)
    await until(() => world.adapters.approvals.waiting() === 1)
    await approve(world)
    await executing(scene)
    await client.cancel(taskId)
    expect((await client.get(taskId)).result.status).toBe('working')
    finish()
    expect((await repeat).json.result.content[0].text).toBe('done')
    expect(firstRun(world)).toMatchObject({ id: taskId, status: 'succeeded' })
    expect(await client.until(taskId)).toMatchObject({
      status: 'completed',
      result: { content: [{ text: 'done' }] },
    })
  })

  it('runs nothing for a repeat of the call once its task was cancelled', async () => {
    const { world, running } = await open(20_000)
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd1' }, META)).result
    const repeat = post(running, DELETE)
    await until(() => world.adapters.approvals.waiting() === 1)
    await client.cancel(taskId)
    await approve(world)
    expect((await repeat).json.result._meta['ai.allv/code']).toBe('CANCELLED')
    expect(world.executions).toEqual([])
    expect(firstRun(world)).toMatchObject({ id: taskId, status: 'cancelled' })
  })

  it('keeps the questions of its task when the hold of a repeat ends', async () => {
    const scene = await open(400)
    const { world, running } = scene
    const client = taskClient(running, TASKS_AND_FORM)
    const { taskId } = (await client.call('asking.approved', {}, META)).result
    await approve(world)
    await client.get(taskId)
    await executing(scene)
    const held = post(running, { ...KEYED, body: toolCall('asking.approved') })
    await until(() => world.adapters.approvals.waiting() === 1)
    finish()
    expect((await client.until(taskId, 'input_required')).inputRequests).toHaveProperty(['1.color'])
    await held
    expect((await client.get(taskId)).result).toMatchObject({
      status: 'input_required',
      inputRequests: { '1.color': expect.anything() },
    })
  })

  it('does not end with an attempt that fails before it executes', async () => {
    let down = true
    const { world, running } = await start({
      approvalHoldMs: 0,
      adapt: ({ approvals }) => ({
        approvals: {
          ...approvals,
          consume: (claim) => (down ? Promise.reject(new Error('down')) : approvals.consume(claim)),
        },
      }),
    })
    await post(running, DELETE)
    await approve(world)
    expect((await post(running, DELETE)).status).toBe(503)
    down = false
    expect((await post(running, DELETE)).json.result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
    expect(firstRun(world)).toMatchObject({ status: 'succeeded' })
  })
})
