import { defineTool, type ToolDefinition } from 'allv-mcp'
import { z } from 'zod'
import { scenes, until } from '../support/scene.js'
import { TASKS_AND_FORM, taskClient } from '../support/tasks.js'
import type { World } from '../support/world.js'

/** T8 of the security checklist, for tasks: permission and meaning are asked again when an approval is used. (For calls: approvals-permission.test.ts.) */
const start = scenes()
const AGREED = { action: 'accept', content: { decision: 'approve' } }
const ARGS = { dealId: 'd1' }

const newest = ({ adapters }: World) => adapters.approvals.list()[0]
const approve = (world: World) =>
  world.adapters.approvals.decide({ id: newest(world)?.id ?? '', decision: 'approve', decidedBy: 'operator' })

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
    /** Runs when a node has begun to continue the task, after admission. */
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

  it.each(changes)('runs nothing when %s after the poll has passed admission', async (_, happen) => {
    const stand = await stage()
    stand.host.meanwhile = () => void happen(stand)
    await stand.client.get(stand.taskId)
    await until(() => stand.world.adapters.runs.all().every(({ status }) => status === 'failed'))
    expect(stand.host.executions).toBe(0)
    expect(newest(stand.world)?.state).toBe('approved')
  })

  it('has expired when the definition of the tool has changed by then', async () => {
    const stand = await stage()
    change({ description: 'Needs an operator. Refunds too.' })(stand)
    const { status, result } = (await stand.client.get(stand.taskId)).result
    expect([status, result._meta['ai.allv/code']]).toEqual(['completed', 'APPROVAL_EXPIRED'])
  })

  it('runs when nothing has changed', async () => {
    const { client, taskId, host } = await stage()
    expect((await client.until(taskId)).result.content[0].text).toBe('never as mem_maria')
    expect(host.executions).toBe(1)
  })

  it.each([
    { id: 'apr_another' },
    { workspaceId: 'ws_globex' },
    { memberId: 'mem_omar' },
    { tool: 'deals.add' },
    { argumentsDigest: 'f'.repeat(64) },
  ])('shows nothing of an approval that is not its own, whatever the store gives: %j', async (fields) => {
    const { running } = await start({
      adapt: ({ approvals }) => ({
        approvals: {
          ...approvals,
          get: async (query) => {
            const found = await approvals.get(query)
            return found && { ...found, state: 'denied', reason: 'OTHERS-SECRET', ...fields }
          },
        },
      }),
    })
    const client = taskClient(running)
    const { taskId } = (await client.call('deals.delete', ARGS)).result
    const answer = await client.get(taskId)
    expect(answer.error?.data['code']).toBe('INTERNAL')
    expect(JSON.stringify(answer)).not.toContain('OTHERS-SECRET')
  })

  it('runs nothing with other arguments than the approved ones, whatever the store gives', async () => {
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
