import { type Approval, defineTool } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { taskClient } from './support/tasks.js'
import { createWorld } from './support/world.js'

/** The library checks runs that a store should not have given. */

const start = scenes()

it.each<[string, Partial<Approval>]>([
  ['by its requester', { decidedBy: 'mem_maria' }],
  ['without a decider', { decidedBy: null }],
  ['by an empty name', { decidedBy: '' }],
])('runs nothing under an operator approval that was decided %s', async (_, decided) => {
  const { world, running } = await start({
    approvalHoldMs: 0,
    adapt: ({ approvals }) => ({
      approvals: {
        ...approvals,
        async request(request) {
          const given = await approvals.request(request)
          return 'id' in given && given.state === 'approved' ? { ...given, ...decided } : given
        },
        async consume(claim) {
          const won = await approvals.consume(claim)
          return won === null ? null : { ...won, ...decided }
        },
      },
    }),
  })
  const call = { body: toolCall('deals.delete', { dealId: 'd1' }) }
  await post(running, call)
  await decideNewest(world)
  expect((await post(running, call)).json.error).toMatchObject({ data: { code: 'INTERNAL' } })
  expect(world.executions).toEqual([])
})

describe('a task', () => {
  const waiting = defineTool({
    name: 'notes.publish',
    description: 'Waits for an operator.',
    input: { type: 'object' },
    scopes: ['memory:write'],
    approval: 'operator',
    run: () => 'published',
  })

  it('is found by a key that may use its tool, and by no other key of the member', async () => {
    const { running } = await start(createWorld({ tools: [waiting] }))
    const client = taskClient(running)
    const { taskId } = (await client.call('notes.publish')).result
    expect((await client.get(taskId)).result.status).toBe('working')
    for (const asked of [
      await client.get(taskId, { key: 'acmeReader' }),
      await client.cancel(taskId, { key: 'acmeReader' }),
      await client.update(taskId, {}, { key: 'acmeReader' }),
    ])
      expect(asked.error?.data['code']).toBe('TASK_NOT_FOUND')
  })

  it.each([
    ['another workspace', { workspaceId: 'ws_globex' }],
    ['another id', { id: 'run_another' }],
    ['another member', { memberId: 'mem_omar' }],
  ])('is not found if the store gives the run of %s', async (_, other) => {
    let mixed = {}
    const { running } = await start(
      createWorld({
        tools: [waiting],
        adapt: ({ runs }) => ({
          runs: {
            ...runs,
            async get(query) {
              const run = await runs.get(query)
              return run === null ? null : { ...run, ...mixed }
            },
          },
        }),
      }),
    )
    const client = taskClient(running)
    const { taskId } = (await client.call('notes.publish')).result
    mixed = other
    expect((await client.get(taskId)).error?.data['code']).toBe('TASK_NOT_FOUND')
  })
})
