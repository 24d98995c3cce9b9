import { type ApprovalVerdict, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { post, toolCall } from './support/http.js'
import { scenes } from './support/scene.js'
import { taskClient } from './support/tasks.js'

const start = scenes()

/** A call with a key that is approved, and whose next use of the approval stops in the store until `release`. */
async function scene() {
  const rule = { says: (): ApprovalVerdict => ({ verdict: 'operator' }) }
  const paid: string[] = []
  const hold = { stops: () => {}, go: Promise.resolve() }
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({}),
    approval: () => rule.says(),
    run(_, { runId }) {
      paid.push(runId)
      return 'paid'
    },
  })
  const { world, running } = await start({
    tools: [pay],
    rateLimit: false,
    approvalHoldMs: 0,
    adapt: ({ approvals }) => ({
      approvals: {
        ...approvals,
        async consume(claim) {
          hold.stops()
          await hold.go
          return approvals.consume(claim)
        },
      },
    }),
  })
  const approve = async () => {
    for (const { id } of world.adapters.approvals.list())
      await world.adapters.approvals.decide({ id, decision: 'approve', decidedBy: 'usr_boss' })
  }
  /** The next use of an approval has begun, and stops. */
  const stopNext = () => {
    let release = () => {}
    const stopped = new Promise<void>((resolve) => {
      hold.stops = resolve
    })
    hold.go = new Promise<void>((resolve) => {
      release = resolve
    })
    return { stopped, release: () => release() }
  }
  return { rule, paid, world, running, approve, stopNext }
}

const DENIES = (): ApprovalVerdict => ({ verdict: 'deny', reason: 'not any more' })

it('does not report a call with a key as denied when another caller has begun it', async () => {
  const { rule, paid, world, running, approve, stopNext } = await scene()
  const call = async () =>
    JSON.stringify(
      (await post(running, { body: toolCall('pay', {}, { _meta: { 'ai.allv/idempotencyKey': 'k' } }) })).json,
    )
  expect(await call()).toContain('APPROVAL_PENDING')
  await approve()
  const { stopped, release } = stopNext()
  const first = call()
  await stopped
  rule.says = DENIES
  expect(await call()).not.toContain('APPROVAL_DENIED')
  release()
  expect(await first).toContain('paid')
  expect(await call()).toContain('paid')
  expect(paid).toHaveLength(1)
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded'])
})

it('does not report a task as denied when another poll has begun it', async () => {
  const { rule, paid, world, running, approve, stopNext } = await scene()
  const client = taskClient(running)
  const { taskId } = (await client.call('pay')).result
  await approve()
  const { stopped, release } = stopNext()
  await client.get(taskId)
  await stopped
  rule.says = DENIES
  expect((await client.get(taskId)).result.status).toBe('working')
  release()
  expect((await client.until(taskId)).result.content[0].text).toBe('paid')
  expect(paid).toHaveLength(1)
  expect(world.adapters.runs.all().map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
})
