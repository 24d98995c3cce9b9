import { createInProcessEvents, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { decideNewest } from './support/decisions.js'
import { listen, modern, post, type Running } from './support/http.js'
import { scenes, until } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

const start = scenes()
const slow = defineTool({
  name: 'slow.task',
  description: 'Takes its time.',
  input: z.object({ ms: z.number() }),
  taskSupport: 'optional',
  async run({ ms }, { signal }) {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new Error('stopped'))
      })
    })
    return 'took its time'
  },
})
const open = (options: WorldOptions = {}) => start({ rateLimit: false, tools: [slow], ...options })
/** A second node: the same stores and events, another process's memory. */
async function secondNode(world: World): Promise<Running> {
  const { adapters: _, ...options } = world.options
  const other = createWorld({ ...options, adapt: () => world.options.adapters })
  return listen(other)
}

describe('a call that waits for approval, from a client that accepts tasks', () => {
  it('is answered with a working task at once, and completes with the result of the tool', async () => {
    const { world, running } = await open({ approvalHoldMs: 20_000 })
    const client = taskClient(running)
    const { result } = await client.call('deals.delete', { dealId: 'd1' })
    expect(result).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^run_/),
      status: 'working',
      statusMessage: expect.stringContaining('waiting for approval by an operator'),
      createdAt: expect.any(String),
      lastUpdatedAt: expect.any(String),
      ttlMs: expect.any(Number),
      pollIntervalMs: 1000,
      _meta: {
        'ai.allv/approval': {
          approvalId: world.adapters.approvals.list()[0]?.id,
          state: 'pending',
          approver: 'operator',
          expiresAt: expect.any(String),
        },
        'io.modelcontextprotocol/serverInfo': expect.any(Object),
      },
    })
    const { taskId } = result
    expect((await client.get(taskId)).result).toMatchObject({
      resultType: 'complete',
      taskId,
      status: 'working',
    })
    expect(world.executions).toEqual([])
    await decideNewest(world)
    const done = await client.until(taskId)
    expect(done).toMatchObject({ status: 'completed', result: { content: [{ text: 'deleted d1' }] } })
    expect(done.result).not.toHaveProperty('isError')
    expect(world.executions).toHaveLength(1)
    expect(world.adapters.approvals.list()[0]).toMatchObject({ state: 'settled' })
    expect(await world.adapters.runs.get({ workspaceId: 'ws_acme', id: taskId })).toMatchObject({
      status: 'succeeded',
    })
    expect((await client.call('deals.delete', { dealId: 'd1' })).result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
  })

  it('completes with an error that the model can read when it is denied or expires', async () => {
    const { world, running } = await open({ approvalTtlMs: 60 })
    const client = taskClient(running)
    const denied = (await client.call('deals.delete', { dealId: 'd1' })).result.taskId
    await decideNewest(world, 'deny', 'too big')
    expect(await client.until(denied)).toMatchObject({
      status: 'completed',
      result: { isError: true, content: [{ text: expect.stringContaining('too big') }] },
    })
    const expired = (await client.call('deals.delete', { dealId: 'd2' })).result.taskId
    const over = await client.until(expired)
    expect(over.result._meta['ai.allv/code']).toBe('APPROVAL_EXPIRED')
    expect(world.executions).toEqual([])
  })

  it('runs once, however many nodes poll at once', async () => {
    const { world, running } = await open()
    const node = await secondNode(world)
    const clients = [taskClient(running), taskClient(node)]
    const { taskId } = (await clients[0]?.call('deals.delete', { dealId: 'd1' }))?.result ?? {}
    await decideNewest(world)
    await Promise.all(Array.from({ length: 100 }, (_, i) => clients[i % 2]?.get(taskId)))
    for (const client of clients)
      expect((await client.until(taskId)).result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
    await node.close()
  })

  it('gives the same task to a repeat with its key, and shares the approval without one', async () => {
    const { world, running } = await open()
    const client = taskClient(running)
    const keyed = { headers: { 'idempotency-key': 'k1' } }
    const ids = await Promise.all(
      [keyed, keyed, {}, {}].map(
        async (over) => (await client.call('deals.delete', { dealId: 'd1' }, over)).result.taskId,
      ),
    )
    expect(ids[0]).toBe(ids[1])
    expect(new Set(ids).size).toBe(3)
    expect(world.adapters.approvals.list()).toHaveLength(2)
    for (const { id } of world.adapters.approvals.list())
      await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'operator' })
    for (const id of ids) expect((await client.until(id)).status).toBe('completed')
    expect(world.executions).toHaveLength(2)
  })

  it('runs although the node that continued it died before it used the approval, also when that happens twice', async () => {
    const { world, running } = await open()
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd1' })).result
    const task = await world.adapters.runs.get({ workspaceId: 'ws_acme', id: taskId })
    if (task === null) throw new Error('the task is a run')
    for (const lost of [0, 1])
      await world.adapters.runs.begin({
        ...task,
        id: `run_lost_${lost}`,
        idempotencyKey: `task ${taskId} 0.${lost}`,
        leaseMs: 1,
      })
    await decideNewest(world)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect((await client.until(taskId)).result.content[0].text).toBe('deleted d1')
    expect(world.executions).toHaveLength(1)
  })

  it('has ended, in its run and in the audit log, when the caller that continued it ended without using the approval', async () => {
    const { world, running } = await open()
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd1' })).result
    const { adapters } = world
    const task = await adapters.runs.get({ workspaceId: 'ws_acme', id: taskId })
    if (task === null) throw new Error('the task is a run')
    const gaveUp = { workspaceId: 'ws_acme', id: 'run_gave_up' }
    await adapters.runs.begin({
      ...task,
      ...gaveUp,
      idempotencyKey: `task ${taskId} 0.0`,
      leaseMs: 10_000,
    })
    const how = { status: 'failed', errorCode: 'MEMBER_NOT_ALLOWED', endedAt: new Date() } as const
    const outcome = { ...how, runId: gaveUp.id, message: 'gone', result: null }
    await adapters.runs.end({ ...gaveUp, ...how, approvalId: null, outcome })
    await decideNewest(world)
    expect(await client.until(taskId)).toMatchObject({ status: 'failed' })
    expect(await adapters.runs.get({ workspaceId: 'ws_acme', id: taskId })).toMatchObject({
      status: 'failed',
      errorCode: 'MEMBER_NOT_ALLOWED',
    })
    expect(adapters.audit.events).toContainEqual(
      expect.objectContaining({ type: 'run.ended', runId: taskId, code: 'MEMBER_NOT_ALLOWED' }),
    )
    expect(world.executions).toEqual([])
  })

  it('executes nothing when permission was removed before it was continued', async () => {
    let allowed = true
    const guarded = defineTool({
      name: 'guarded',
      description: 'May be taken away.',
      input: z.object({}),
      approval: 'operator',
      visible: () => allowed,
      run: () => 'never',
    })
    const { world, running } = await open({ tools: [guarded] })
    const client = taskClient(running)
    const { taskId } = (await client.call('guarded')).result
    await decideNewest(world)
    allowed = false
    expect((await client.get(taskId)).error).toMatchObject({ code: -32602, data: { code: 'TASK_NOT_FOUND' } })
    expect(world.adapters.approvals.list()[0]?.state).toBe('approved')
  })
})

describe('a task', () => {
  it('belongs to its member: another member of the same key gets the answer of an unknown id', async () => {
    const { running } = await open()
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd1' })).result
    const omar = { member: 'omar@acme.test' }
    for (const act of [client.get, client.cancel] as const) {
      const foreign = await act(taskId, omar)
      const unknown = await act('run_unknown', omar)
      expect(foreign.error).toMatchObject({ code: -32602, data: { code: 'TASK_NOT_FOUND' } })
      expect({ ...foreign, id: 0 }).toEqual({ ...unknown, id: 0 })
    }
    expect((await client.update(taskId, {}, omar)).error?.code).toBe(-32602)
    const globex = { key: 'globex', member: 'lin@globex.test', workspaceId: 'ws_globex' } as const
    expect((await client.get(taskId, globex)).error?.code).toBe(-32602)
    expect((await client.get(taskId)).result.status).toBe('working')
  })

  it('is not shown to clients that did not declare the extension', async () => {
    const { running } = await open()
    const answer = await post(running, modern('tasks/get', { taskId: 'run_x' }))
    expect([answer.status, answer.json.error?.code, answer.json.error?.data['requiredCapabilities']]).toEqual(
      [400, -32021, { extensions: { 'io.modelcontextprotocol/tasks': {} } }],
    )
  })

  it('is not offered without a runs adapter', async () => {
    const { running } = await open({
      adapt: ({ runs: _, ...rest }) => ({ ...rest, runs: undefined as never }),
    })
    const { result } = (await post(running, modern('server/discover', {}))).json
    expect(result.capabilities).not.toHaveProperty('extensions')
    expect((await taskClient(running).get('run_x')).error?.code).toBe(-32601)
  })

  it('ends as cancelled when it is cancelled while it waits, and its approval runs nothing', async () => {
    const { world, running } = await open()
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd1' })).result
    const acknowledged = (await client.cancel(taskId)).result
    expect(Object.keys(acknowledged).sort()).toEqual(['_meta', 'resultType'])
    expect((await client.get(taskId)).result.status).toBe('cancelled')
    expect((await client.cancel(taskId)).result.resultType).toBe('complete')
    await decideNewest(world)
    expect((await client.get(taskId)).result.status).toBe('cancelled')
    expect(world.executions).toEqual([])
    expect(await world.adapters.runs.get({ workspaceId: 'ws_acme', id: taskId })).toMatchObject({
      status: 'cancelled',
      errorCode: 'CANCELLED',
    })
  })

  it('stops the tool that runs for it on another node, and records the true outcome', async () => {
    const { world, running } = await open({ adapt: () => ({ events: createInProcessEvents() }) })
    const node = await secondNode(world)
    const { taskId } = (await taskClient(running).call('slow.task', { ms: 20_000 })).result
    expect((await taskClient(node).get(taskId)).result.status).toBe('working')
    await taskClient(node).cancel(taskId)
    expect((await taskClient(node).until(taskId)).status).toBe('cancelled')
    await node.close()
  })

  it('continues when its caller disconnects, and a fast call needs no task', async () => {
    const { running } = await open()
    const client = taskClient(running)
    expect((await client.call('slow.task', { ms: 0 })).result.content[0].text).toBe('took its time')
    const { taskId } = (await client.call('slow.task', { ms: 300 })).result
    expect((await client.until(taskId)).result.content[0].text).toBe('took its time')
  })

  it('is reported as failed, and never run again, when its process died', async () => {
    const { world, running } = await open({ toolTimeoutMs: 1 })
    const { runs } = world.adapters
    await runs.begin({
      id: 'run_lost',
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      credentialId: 'key_acme',
      credentialKind: 'api-key',
      face: 'mcp',
      era: '2026-07-28',
      tool: 'slow.task',
      argumentsDigest: 'a',
      idempotencyKey: null,
      correlationId: 'req_1',
      startedAt: new Date(),
      leaseMs: 1,
    })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect((await taskClient(running).get('run_lost')).result).toMatchObject({
      status: 'failed',
      error: { code: -32603, data: { code: 'OUTCOME_UNKNOWN' } },
    })
  })
})

describe('a member who confirms in their client', () => {
  it('answers the form of the task, and it is recorded as such', async () => {
    const { world, running } = await open()
    const client = taskClient(running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.confirm', { dealId: 'd1' })).result
    const { result } = await client.get(taskId)
    expect([result.status, result.inputRequests.approval.params.mode]).toEqual(['input_required', 'form'])
    expect(result.inputRequests.approval.params.message).toContain('{"dealId":"d1"}')
    expect((await taskClient(running).get(taskId)).result.status).toBe('working')
    const yes = { approval: { action: 'accept', content: { decision: 'approve' } } }
    expect((await client.update(taskId, yes)).result.resultType).toBe('complete')
    expect((await client.until(taskId)).result.content[0].text).toBe('confirmed d1')
    expect(world.adapters.approvals.list()[0]).toMatchObject({
      decidedBy: 'mem_maria',
      channel: 'elicitation',
    })
  })

  it('cannot confirm what an operator must decide', async () => {
    const { world, running } = await open()
    const client = taskClient(running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.delete', { dealId: 'd1' })).result
    expect((await client.get(taskId)).result.status).toBe('working')
    await client.update(taskId, { approval: { action: 'accept', content: { decision: 'approve' } } })
    expect(world.adapters.approvals.list()[0]?.state).toBe('pending')
    expect((await client.get(taskId)).result.status).toBe('working')
    expect(world.executions).toEqual([])
  })

  it('declines, and the task completes with an error', async () => {
    const { world, running } = await open()
    const client = taskClient(running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.confirm', { dealId: 'd1' })).result
    await client.update(taskId, { approval: { action: 'cancel' } })
    expect((await client.get(taskId)).result.status).toBe('input_required')
    await client.update(taskId, { approval: { action: 'decline' } })
    expect((await client.until(taskId)).result.isError).toBe(true)
    expect(world.executions).toEqual([])
  })
})

it('leaves nothing waiting in the process for a task that no client asks for', async () => {
  const { world, running } = await open()
  const client = taskClient(running)
  for (let i = 0; i < 20; i += 1) await client.call('deals.delete', { dealId: `d${i}` })
  await until(() => world.adapters.approvals.waiting() === 0)
})
