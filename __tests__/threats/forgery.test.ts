import { createAllvAgentApi, defineTool, type ToolDefinition } from 'allv-mcp'
import { z } from 'zod'
import { modern, post, toolCall } from '../support/http.js'
import { type Scene, scenes, until } from '../support/scene.js'
import { TASKS_AND_FORM, taskClient } from '../support/tasks.js'
import type { World } from '../support/world.js'

/**
 * T6 (handles are nobody else's) and T8 (approvals cannot be forged, nor used when permission is gone) of the security checklist, where
 * isolation.test.ts, approvals.test.ts, approvals-permission.test.ts and tasks.test.ts do not say it yet.
 */
const start = scenes()
const AGREED = { action: 'accept', content: { decision: 'approve' } }
const EVERYTHING = { elicitation: { form: {}, url: {} } }
const ARGS = { dealId: 'd1' }

const newest = ({ adapters }: World) => adapters.approvals.list()[0]
const approve = (world: World) =>
  world.adapters.approvals.decide({ id: newest(world)?.id ?? '', decision: 'approve', decidedBy: 'operator' })
const withPage = ({ approvals }: World['adapters']) => ({
  approvals: { ...approvals, url: async () => 'https://app.example.com/approvals' },
})

describe('a handle', () => {
  it('of a task answers another member of the same key like one that there is not, whatever they want of it', async () => {
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

  it('of a run is none of another member, though the run was never a task', async () => {
    const { world, running } = await start()
    await post(running, { body: toolCall('deals.add', { a: 1, b: 2 }) })
    const id = world.adapters.runs.all()[0]?.id ?? ''
    const client = taskClient(running)
    const omar = { member: 'omar@acme.test' }
    expect(await client.get(id, omar)).toEqual(await client.get('run_unknown', omar))
  })

  it('holds 128 random bits', async () => {
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

describe('a task whose approval was given', () => {
  const guarded = defineTool({
    name: 'guarded',
    description: 'Needs an operator.',
    input: z.object({}),
    approval: 'operator',
    run: (_, { context }) => `never as ${context.member.id}`,
  })
  interface Host {
    tools: (listed: readonly ToolDefinition[]) => readonly ToolDefinition[]
    /** Runs when a node has begun to carry the task on, and has passed the gates. */
    meanwhile: () => void
    executions: number
  }
  const stage = async () => {
    const host: Host = { tools: (listed) => listed, meanwhile: () => {}, executions: 0 }
    const scene = await start({
      tools: [guarded],
      adapt: ({ tools, runs }) => ({
        tools: {
          list: async (context) => host.tools(await tools.list(context)),
          call: async (context, call) => {
            host.executions += 1
            return tools.call(context, call)
          },
        },
        runs: {
          ...runs,
          begin: async (run) => {
            const begun = await runs.begin(run)
            if (run.idempotencyKey?.startsWith('task ')) host.meanwhile()
            return begun
          },
        },
      }),
    })
    const client = taskClient(scene.running, TASKS_AND_FORM)
    const { taskId } = (await client.call('guarded')).result
    await approve(scene.world)
    return { ...scene, host, client, taskId }
  }
  type Stage = Awaited<ReturnType<typeof stage>>

  const change =
    (over: Partial<ToolDefinition> | null) =>
    ({ host }: Stage) => {
      host.tools = (listed) =>
        listed.flatMap((tool) => {
          if (tool.name !== 'guarded') return [tool]
          return over === null ? [] : [{ ...tool, ...over }]
        })
    }
  const changes: readonly [string, (stage: Stage) => unknown][] = [
    ['the key is revoked', ({ world }) => world.adapters.apiKeys.revoke('key_acme')],
    [
      'the member is deactivated',
      ({ world }) => world.adapters.members.setActive('ws_acme', 'mem_maria', false),
    ],
    [
      'the workspace is switched off',
      ({ world }) => world.adapters.features.set('mcp_server_v1', 'ws_acme', false),
    ],
    ['the tool is gone', change(null)],
    ['the tool needs a scope', change({ scopes: ['deals:write'] })],
    ['the tool means something else', change({ description: 'Needs an operator. Refunds too.' })],
  ]

  it.each(changes)('runs nothing when %s before it is polled', async (_, happen) => {
    const stand = await stage()
    happen(stand)
    for (let polls = 0; polls < 2; polls += 1) {
      await stand.client.get(stand.taskId)
      await stand.client.update(stand.taskId, { approval: AGREED })
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(stand.host.executions).toBe(0)
    expect(newest(stand.world)?.state).toBe('approved')
  })

  it.each(changes)('runs nothing when %s after the poll has passed the gates', async (_, happen) => {
    const stand = await stage()
    stand.host.meanwhile = () => void happen(stand)
    await stand.client.get(stand.taskId)
    await until(() => stand.world.adapters.runs.all().every(({ status }) => status === 'failed'))
    expect(stand.host.executions).toBe(0)
    expect(newest(stand.world)?.state).toBe('approved')
  })

  it('runs when nothing has changed', async () => {
    const { client, taskId, host } = await stage()
    expect((await client.until(taskId)).result.content[0].text).toBe('never as mem_maria')
    expect(host.executions).toBe(1)
  })

  it('runs nothing with other arguments than those that were approved, whatever the store says', async () => {
    const { world, running } = await start({
      adapt: ({ approvals }) => ({
        approvals: {
          ...approvals,
          get: async (query) => {
            const found = await approvals.get(query)
            return found === null ? null : { ...found, arguments: { dealId: 'another' } }
          },
        },
      }),
    })
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', ARGS)).result
    await approve(world)
    expect((await client.get(taskId)).error?.data['code']).toBe('INTERNAL')
    expect(world.executions).toEqual([])
  })
})
