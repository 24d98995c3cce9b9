import { modern } from '../support/http.js'
import { TASKS_AND_FORM } from '../support/tasks.js'
import { type OAuthWorld, startOAuthWorld } from './world.js'

/** The authority of a token never decides an approval: a client that has the token could answer a form in place of the person. */

let host: OAuthWorld
beforeAll(async () => {
  host = await startOAuthWorld(
    {},
    {
      approvalHoldMs: 0,
      adapt: ({ approvals }) => ({
        approvals: { ...approvals, url: async ({ id }) => `https://app.acme.test/approvals/${id}` },
      }),
    },
  )
})
afterAll(() => host.close())

const ACCEPT = { decision: { action: 'accept', content: { decision: 'approve' } } }

async function send(method: string, params: Readonly<Record<string, unknown>>, capabilities: object) {
  const request = modern(method, params, capabilities)
  const response = await fetch(host.endpoint(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await host.tokenFor()}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...request.headers,
    },
    body: JSON.stringify(request.body),
  })
  return JSON.parse(await response.text())
}

const newest = async () => (await host.world.adapters.approvals.list({ state: 'pending' })).at(0)
const ran = (dealId: string) =>
  host.world.executions.some(({ args }) => JSON.stringify(args).includes(dealId))

it('shows no form to a client with a token, and leads the person to a page', async () => {
  const call = { name: 'deals_confirm', arguments: { dealId: 'form' } }
  const plain = await send('tools/call', call, { elicitation: { form: {} } })
  expect(plain.result).toMatchObject({
    resultType: 'complete',
    _meta: { 'ai.allv/code': 'APPROVAL_PENDING' },
  })
  const withPage = await send('tools/call', call, { elicitation: { form: {}, url: {} } })
  expect(withPage.result.resultType).toBe('input_required')
  expect(JSON.stringify(withPage.result.inputRequests)).toContain('https://app.acme.test/approvals/')
  const { requestState, inputRequests } = withPage.result
  const inputResponses = Object.fromEntries(Object.keys(inputRequests).map((key) => [key, ACCEPT.decision]))
  await send('tools/call', { ...call, requestState, inputResponses }, { elicitation: { form: {}, url: {} } })
  expect([(await newest())?.state, ran('form')]).toEqual(['pending', false])
})

it('takes no decision through a task', async () => {
  const call = { name: 'deals_confirm', arguments: { dealId: 'task' } }
  const { result } = await send('tools/call', call, TASKS_AND_FORM)
  const taskId = result.taskId
  expect((await send('tasks/get', { taskId }, TASKS_AND_FORM)).result.status).toBe('working')
  await send('tasks/update', { taskId, inputResponses: ACCEPT }, TASKS_AND_FORM)
  expect([(await newest())?.state, ran('task')]).toEqual(['pending', false])
})

it('runs the call when the person decides where they are signed in', async () => {
  const call = { name: 'deals_confirm', arguments: { dealId: 'page' } }
  await send('tools/call', call, { elicitation: { form: {} } })
  const approval = await newest()
  await host.world.adapters.approvals.decide({
    id: approval?.id ?? '',
    decision: 'approve',
    decidedBy: 'mem_maria',
  })
  const { result } = await send('tools/call', call, { elicitation: { form: {} } })
  expect([result.content[0].text, ran('page')]).toEqual(['confirmed page', true])
})
