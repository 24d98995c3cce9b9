import { ask, defineTool } from 'allv-mcp'
import { z } from 'zod'
import { modern, post } from './support/http.js'
import { scenes } from './support/scene.js'
import { QUESTION } from './support/tools.js'
import { createWorld } from './support/world.js'

/** A tool and a prompt may have the same name and arguments: the request state of one is not valid for the other. */

const start = scenes()
const CAN_ANSWER = { elicitation: { form: {} } }
const answers: unknown[] = []
const tool = defineTool({
  name: 'report',
  description: 'Asks for a color first.',
  input: z.object({}),
  run: (_, run) => {
    if (run.answers === null) return ask({ inputRequests: { color: QUESTION } })
    answers.push(run.answers)
    return 'reported'
  },
})

const open = () =>
  start(
    createWorld({
      tools: [tool],
      adapt: () => ({
        prompts: {
          list: async () => [{ name: 'report' }],
          async get(_, query) {
            if (query.answers === null) return ask({ inputRequests: { color: QUESTION } })
            answers.push(query.answers)
            return { messages: [] }
          },
        },
      }),
    }),
  )

beforeEach(() => void answers.splice(0))

it.each([
  ['prompts/get', 'tools/call'],
  ['tools/call', 'prompts/get'],
])('refuses the state of %s in %s, and accepts it in its own method', async (asked, other) => {
  const { running } = await open()
  const send = async (method: string, more: object = {}) =>
    (await post(running, modern(method, { name: 'report', arguments: {}, ...more }, CAN_ANSWER))).json
  const { requestState } = (await send(asked)).result
  const inputResponses = { color: { action: 'accept', content: { color: 'red' } } }
  const reply = { requestState, inputResponses }
  expect((await send(other, reply)).error).toMatchObject({
    code: -32602,
    data: { code: 'REQUEST_STATE_INVALID' },
  })
  expect(answers).toEqual([])
  expect((await send(asked, reply)).error).toBeUndefined()
  expect(answers).toHaveLength(1)
})

/** A prompt may have the name of an address. Then only the method distinguishes its state from that of the resource. */
it.each([
  ['prompts/get', 'resources/read'],
  ['resources/read', 'prompts/get'],
])('refuses the state of %s in %s when both have the same name', async (asked, other) => {
  const question = () => ask({ inputRequests: { color: QUESTION } })
  const { running } = await start(
    createWorld({
      adapt: () => ({
        prompts: {
          list: async () => [{ name: 'crm://report' }],
          get: async (_, query) => {
            if (query.answers === null) return question()
            answers.push(query.answers)
            return { messages: [] }
          },
        },
        resources: {
          list: async () => [],
          read: async (_, query) => {
            if (query.answers === null) return question()
            answers.push(query.answers)
            return [{ uri: query.uri, text: 'red' }]
          },
        },
      }),
    }),
  )
  const named = { name: 'crm://report', uri: 'crm://report' }
  const send = async (method: string, more: object = {}) =>
    (await post(running, modern(method, { ...named, ...more }, CAN_ANSWER))).json
  const { requestState } = (await send(asked)).result
  const inputResponses = { color: { action: 'accept', content: { color: 'red' } } }
  const reply = { requestState, inputResponses }
  expect((await send(other, reply)).error).toMatchObject({ data: { code: 'REQUEST_STATE_INVALID' } })
  expect(answers).toEqual([])
  expect((await send(asked, reply)).error).toBeUndefined()
  expect(answers).toHaveLength(1)
})
