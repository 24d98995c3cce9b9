import type { Approval } from 'allv-mcp'
import { decideNewest } from './support/decisions.js'
import { modern, post, type Running } from './support/http.js'
import { scenes } from './support/scene.js'
import type { World } from './support/world.js'

/** A tool that asks within an approved call continues under that approval only while the run that consumed it is executing. */

const start = scenes()
const CAN_ANSWER = { elicitation: { form: {} } }
const call = (running: Running, more: object = {}) =>
  post(running, modern('tools/call', { name: 'asks.approved', arguments: {}, ...more }, CAN_ANSWER))

/** What the store says of the approval from now on. */
let tells: (approval: Approval) => Approval = (approval) => approval
afterEach(() => {
  tells = (approval) => approval
})

async function asked(): Promise<{ world: World; running: Running; answer(): ReturnType<typeof call> }> {
  const { world, running } = await start({
    approvalHoldMs: 0,
    adapt: ({ approvals }) => ({
      approvals: {
        ...approvals,
        async get(query) {
          const found = await approvals.get(query)
          return found === null ? null : tells(found)
        },
      },
    }),
  })
  await call(running)
  await decideNewest(world)
  const { resultType, requestState } = (await call(running)).json.result
  expect(resultType).toBe('input_required')
  const inputResponses = { color: { action: 'accept', content: { color: 'red' } } }
  return { world, running, answer: () => call(running, { requestState, inputResponses }) }
}

it('continues with the answers', async () => {
  const { world, answer } = await asked()
  expect((await answer()).json.result.content[0].text).toBe('asked and approved')
  expect(world.executions).toHaveLength(1)
})

it('runs nothing while another run is executing the approval', async () => {
  const { world, answer } = await asked()
  tells = (approval) => ({ ...approval, runId: 'run_of_somebody_else' })
  expect((await answer()).json.result.isError).toBe(true)
  expect(world.executions).toEqual([])
})

it('runs nothing once the approval is settled, and gives that outcome', async () => {
  const { world, answer } = await asked()
  const [approval] = world.adapters.approvals.list()
  const runId = approval?.runId ?? ''
  const result = { content: [{ type: 'text', text: 'settled elsewhere' }] } as const
  await world.adapters.approvals.settle({
    id: approval?.id ?? '',
    runId,
    outcome: { status: 'succeeded', runId, endedAt: new Date(), errorCode: null, message: null, result },
  })
  expect((await answer()).json.result.content[0].text).toBe('settled elsewhere')
  expect(world.executions).toEqual([])
})
