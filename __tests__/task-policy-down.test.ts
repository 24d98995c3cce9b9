import { type ApprovalVerdict, ask, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { scenes } from './support/scene.js'
import { TASKS_AND_FORM, taskClient } from './support/tasks.js'

const start = scenes()
const QUESTION = {
  method: 'elicitation/create' as const,
  params: {
    message: 'Which color?',
    requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
  },
}
const ANSWER = { '1.color': { action: 'accept', content: { color: 'red' } } }

/** A task that is approved, and whose tool asks; `rule.says` may change from here on. */
async function asked() {
  const rule = { says: (): ApprovalVerdict => ({ verdict: 'operator' }) }
  const painted: string[] = []
  const paint = defineTool({
    name: 'paint',
    description: 'Paints in a color that it asks for.',
    input: z.object({}),
    taskSupport: 'optional',
    approval: () => rule.says(),
    run(_, { answers, runId }) {
      if (answers === null) return ask({ inputRequests: { color: QUESTION } })
      painted.push(runId)
      return 'painted'
    },
  })
  const { world, running } = await start({ tools: [paint], rateLimit: false, onError: () => {} })
  const client = taskClient(running, TASKS_AND_FORM)
  const first = (await client.call('paint', {}, { params: { task: {} } })).result
  for (const { id } of world.adapters.approvals.list())
    await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'usr_boss' })
  return { rule, painted, client, world, first }
}

const DOWN = (): never => {
  throw new Error('the rule is down')
}

it.each(['throws', 'gives nonsense'])(
  'does not accept the answers of a task while its policy %s, and asks again',
  async (how) => {
    const { rule, painted, client, world, first } = await asked()
    const { taskId } = first
    await client.until(taskId, 'input_required')
    const good = rule.says
    rule.says = how === 'throws' ? DOWN : () => ({ verdict: 'maybe' }) as never
    expect((await client.update(taskId, ANSWER)).error).toBeDefined()
    expect(painted).toEqual([])
    rule.says = good
    expect((await client.get(taskId)).result.status).toBe('input_required')
    await client.update(taskId, ANSWER)
    expect((await client.until(taskId)).result.content[0].text).toBe('painted')
    expect(painted).toHaveLength(1)
    expect(world.adapters.approvals.list().map(({ state }) => state)).toEqual(['settled'])
  },
)

it('continues with the answers when the policy failed only after they were accepted', async () => {
  const { rule, painted, client, world, first } = await asked()
  const { taskId } = first
  await client.until(taskId, 'input_required')
  const good = rule.says
  let times = 0
  const failed = new Promise<void>((resolve) => {
    rule.says = () => {
      times += 1
      if (times === 1) return good()
      resolve()
      return DOWN()
    }
  })
  await client.update(taskId, ANSWER)
  await failed
  const refused = await refusedPoll(client, taskId)
  expect(refused).toBeDefined()
  expect(painted).toEqual([])
  rule.says = good
  expect((await client.until(taskId)).result.content[0].text).toBe('painted')
  expect(painted).toHaveLength(1)
  expect(world.adapters.approvals.list().map(({ state }) => state)).toEqual(['settled'])
})

it('can be cancelled when the policy failed only after the answers were accepted', async () => {
  const { rule, painted, client, first } = await asked()
  const { taskId } = first
  await client.until(taskId, 'input_required')
  const good = rule.says
  let times = 0
  rule.says = () => {
    times += 1
    return times === 1 ? good() : DOWN()
  }
  await client.update(taskId, ANSWER)
  expect(await refusedPoll(client, taskId)).toBeDefined()
  await client.cancel(taskId)
  expect((await client.get(taskId)).result.status).toBe('cancelled')
  expect(painted).toEqual([])
})

/** Polls until the poll itself is refused: the run that went on has ended by then. */
async function refusedPoll(client: ReturnType<typeof taskClient>, taskId: string) {
  for (let polls = 0; polls < 500; polls += 1) {
    const { error } = await client.get(taskId)
    if (error !== undefined) return error
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return undefined
}
