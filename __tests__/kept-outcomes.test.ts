import { createAllvAgentApi, defineTool, type Run } from 'allv-mcp'
import { z } from 'zod'
import { openPostgres } from './support/databases.js'
import { modern, post, type Running, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { createStoredWorld } from './support/stored-world.js'
import { taskClient } from './support/tasks.js'
import { createWorld, type World, type WorldOptions } from './support/world.js'

const SECRET = 'a text that is removed later'
const scene = scenes()
const postgres = await openPostgres()
const pool = postgres?.node()
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
  await postgres?.close()
})

const text = (name: string, over: object = {}) =>
  defineTool({ name, description: 'Reads', input: z.object({}), run: async () => SECRET, ...over })
const tools = [
  text('secrets.quick', { taskSupport: 'optional' }),
  text('secrets.approved', { approval: 'operator' }),
  text('secrets.slow', {
    taskSupport: 'optional',
    run: () => new Promise((resolve) => setTimeout(() => resolve(SECRET), 200)),
  }),
]

interface Kept {
  readonly world: World
  runs(): Promise<readonly Run[]>
}
const stores: readonly (readonly [string, (options: WorldOptions) => Kept])[] = [
  [
    'in memory',
    (options) => {
      const world = createWorld(options)
      return { world, runs: async () => world.adapters.runs.all() }
    },
  ],
  ...(postgres && pool
    ? [
        [
          'in PostgreSQL',
          (options: WorldOptions) => {
            const { world, stores: made } = createStoredWorld({ pool, schema: postgres.schema, ...options })
            closers.push(() => made.events.close())
            const query = { workspaceId: 'ws_acme', limit: 100, cursor: null }
            return { world, runs: async () => (await made.runs.list(query)).runs }
          },
        ] as const,
      ]
    : []),
]

const whole = (runs: readonly Run[], tool: string) =>
  runs.filter((run) => run.tool === tool).map((run) => JSON.stringify(run.outcome).includes(SECRET))

describe.each(stores)('%s, an outcome is kept completely', (_, make) => {
  const open = async () => {
    const kept = make({ tools })
    kept.world.adapters.memory.put('ws_acme', { key: 'secret', text: SECRET })
    const { running } = await scene(kept.world)
    return { ...kept, running }
  }

  it('not after a call that cannot be asked for again: the text of memory is gone with its entry', async () => {
    const { world, running, runs } = await open()
    const before = new Set((await runs()).map(({ id }) => id))
    const agent = await createAllvAgentApi(world.options).asMember({
      workspaceId: 'ws_acme',
      memberId: 'mem_maria',
      via: 'test',
    })
    expect(await agent.callTool('agent.read_memory', { key: 'secret' })).toMatchObject({
      status: 'completed',
    })
    const read = toolCall('agent.read_memory', { key: 'secret' })
    const answers = [
      await post(running, { body: read }),
      await post(running, modern('tools/call', { name: 'agent.read_memory', arguments: { key: 'secret' } })),
      await post(running, { body: toolCall('secrets.quick') }),
    ]
    const direct = await taskClient(running).call('secrets.quick')
    expect(
      [...answers.map(({ json }) => json), direct].map(({ result }) =>
        result.content[0].text.includes(SECRET),
      ),
    ).toEqual(Array(4).fill(true))
    world.adapters.memory.remove('ws_acme', 'secret')
    const kept = (await runs()).filter(({ id }) => !before.has(id))
    expect(kept).toHaveLength(5)
    expect(JSON.stringify(kept)).not.toContain(SECRET)
    for (const { outcome } of kept)
      expect(outcome).toMatchObject({
        status: 'succeeded',
        errorCode: null,
        message: null,
        result: null,
        endedAt: expect.any(Date),
      })
    expect(JSON.stringify(world.adapters.audit.events)).not.toContain(SECRET)
    await refusesAsTasks(running, kept)
  })

  it('for a call with an idempotency key, which is answered again', async () => {
    const { running, runs } = await open()
    const ask = {
      headers: { 'idempotency-key': `once ${Math.random()}`.replace(' ', '') },
      body: toolCall('secrets.quick'),
    }
    const [first, again] = [await post(running, ask), await post(running, ask)]
    expect(again.json.result.content[0]).toEqual(first.json.result.content[0])
    expect(whole(await runs(), 'secrets.quick')).toContain(true)
  })

  it('for a task, which its caller polls', async () => {
    const { running, runs } = await open()
    const client = taskClient(running)
    const { taskId } = (await client.call('secrets.slow')).result
    const { result } = await client.until(taskId)
    expect(result.content[0].text).toBe(SECRET)
    expect(whole(await runs(), 'secrets.slow')).toEqual([true])
  })

  it('for a call under an approval, which answers its repeats', async () => {
    const { world, running } = await open()
    const { approvals } = world.options.adapters
    const pending = (await post(running, { body: toolCall('secrets.approved') })).json.result
    const { approvalId: id } = pending._meta['ai.allv/approval']
    await approvals.decide?.({ id, decision: 'approve', decidedBy: 'operator' })
    for (let i = 0; i < 2; i += 1) {
      const { result } = (await post(running, { body: toolCall('secrets.approved') })).json
      expect(result.content[0].text).toBe(SECRET)
    }
  })
})

/** A run that was no task is not found as a task by its id. */
async function refusesAsTasks(running: Running, runs: readonly Run[]): Promise<void> {
  for (const { id } of runs) {
    const { json } = await post(
      running,
      modern('tasks/get', { taskId: id }, { extensions: { 'io.modelcontextprotocol/tasks': {} } }),
    )
    expect(json.error?.data['code']).toBe('TASK_NOT_FOUND')
  }
}
