import { createAllvAgentApi } from 'allv-mcp'
import { modern, post, toolCall } from '../support/http.js'
import { type Scene, scenes } from '../support/scene.js'
import { TASKS_AND_FORM, taskClient } from '../support/tasks.js'
import type { World } from '../support/world.js'

/**
 * T6 (handles are nobody else's) and T8 (approvals cannot be forged) of the security checklist, where isolation.test.ts, approvals.test.ts
 * and tasks.test.ts do not say it yet. (Permission that is gone: approvals-permission.test.ts and task-permission.test.ts.)
 */
const start = scenes()
const AGREED = { action: 'accept', content: { decision: 'approve' } }
const EVERYTHING = { elicitation: { form: {}, url: {} } }
const ARGS = { dealId: 'd1' }

const newest = ({ adapters }: World) => adapters.approvals.list()[0]
const withPage = ({ approvals }: World['adapters']) => ({
  approvals: { ...approvals, url: async () => 'https://app.example.com/approvals' },
})

describe('a handle', () => {
  it('of a task answers another member of the same key like an unknown one, for every method', async () => {
    const { world, running } = await start()
    const client = taskClient(running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.confirm', ARGS)).result
    const omar = { member: 'omar@acme.test' }
    const asks = [
      (id: string) => client.get(id, omar),
      (id: string) => client.update(id, { approval: AGREED }, omar),
      (id: string) => client.cancel(id, omar),
    ]
    for (const ask of asks) {
      const foreign = await ask(taskId)
      expect(foreign.error?.data['code']).toBe('TASK_NOT_FOUND')
      expect(foreign).toEqual(await ask('run_unknown'))
    }
    expect(newest(world)?.state).toBe('pending')
    expect((await client.get(taskId)).result.status).toBe('input_required')
  })

  it('of a run that was never a task is unknown to another member', async () => {
    const { world, running } = await start()
    await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
    const id = world.adapters.runs.all()[0]?.id ?? ''
    const client = taskClient(running)
    const omar = { member: 'omar@acme.test' }
    expect(await client.get(id, omar)).toEqual(await client.get('run_unknown', omar))
  })

  it('has at least 128 random bits', async () => {
    const { world, running } = await start()
    for (const dealId of ['d1', 'd2']) await post(running, { body: toolCall('deals.delete', { dealId }) })
    const ids = [...world.adapters.approvals.list(), ...world.adapters.runs.all()].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(Buffer.from(id.slice(4), 'base64url')).toHaveLength(16)
  })
})

describe('an operator approval is not given', () => {
  const expectUngiven = ({ world }: Scene) => {
    expect(newest(world)).toMatchObject({ state: 'pending', decidedBy: null })
    expect(world.executions).toEqual([])
  }

  it('by an answer to a form that was never shown, with the state of a page or without any', async () => {
    const scene = await start({ approvalHoldMs: 0, adapt: withPage })
    const call = (over: object) =>
      post(
        scene.running,
        modern('tools/call', { name: 'deals.delete', arguments: ARGS, ...over }, EVERYTHING),
      )
    await call({ inputResponses: { approval: AGREED } })
    expectUngiven(scene)
    const { requestState } = (await call({})).json.result
    for (const approval of [AGREED, { action: 'decline' }, { action: 'accept' }]) {
      await call({ requestState, inputResponses: { approval } })
      expectUngiven(scene)
    }
  })

  it('by an answer to a page: to open it or not decides nothing', async () => {
    const scene = await start({ approvalHoldMs: 0, adapt: withPage })
    const urls = { elicitation: { url: {} } }
    const call = (over: object) =>
      post(scene.running, modern('tools/call', { name: 'deals.confirm', arguments: ARGS, ...over }, urls))
    const { requestState } = (await call({})).json.result
    for (const approval of [AGREED, { action: 'decline' }, { action: 'cancel' }]) {
      await call({ requestState, inputResponses: { approval } })
      expectUngiven(scene)
    }
  })

  it('by tasks/update', async () => {
    const scene = await start()
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('deals.delete', ARGS)).result
    await client.update(taskId, { approval: AGREED })
    expectUngiven(scene)
    expect((await client.get(taskId)).result.status).toBe('working')
  })

  it('by a form within the call: none is shown', async () => {
    const scene = await start({ approvalHoldMs: 100 })
    const agent = await createAllvAgentApi(scene.world.options).asMember({
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      via: 'test',
    })
    let shown = 0
    const onInput = async () => {
      shown += 1
      return { approval: AGREED }
    }
    expect((await agent.callTool('deals.delete', ARGS, { onInput })).status).toBe('pending_approval')
    expect(shown).toBe(0)
    expectUngiven(scene)
  })

  it('by its requester on the host’s page', async () => {
    const scene = await start()
    await post(scene.running, { body: toolCall('deals.delete', ARGS) })
    const { status } = await scene.world.adapters.approvals.decide({
      id: newest(scene.world)?.id ?? '',
      decision: 'approve',
      decidedBy: 'mem_maria',
    })
    expect(status).toBe('own_request')
    expectUngiven(scene)
  })
})
