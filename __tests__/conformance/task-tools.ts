/** The tools that the tasks suites call by name. What the suites expect as tasks takes a moment, for what is quick is answered directly. */

import { setTimeout as sleep } from 'node:timers/promises'
import { ask, defineTool, type InputRequest, type Tool, toolError } from 'allv-mcp'

const NOTHING = { type: 'object', properties: {} } as const
const A_MOMENT_MS = 250
const HOURS_MS = 60 * 60_000

const form = (message: string, properties: Record<string, { type: string }>): InputRequest => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties } },
})

export function createTaskTools(): readonly Tool[] {
  return [
    defineTool({
      name: 'greet',
      description: 'Greets at once.',
      input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      run: ({ name }) => `Hello, ${String(name)}!`,
    }),
    defineTool({
      name: 'slow_compute',
      description: 'Takes its time.',
      input: {
        type: 'object',
        properties: { seconds: { type: 'number' }, label: { type: 'string' } },
        required: ['seconds'],
      },
      taskSupport: 'optional',
      timeoutMs: HOURS_MS,
      async run({ seconds, label }, { signal }) {
        await sleep(Number(seconds) * 1000, undefined, { signal })
        return `computed ${String(label)}`
      },
    }),
    defineTool({
      name: 'failing_job',
      description: 'Fails, and says so.',
      input: NOTHING,
      taskSupport: 'required',
      async run() {
        await sleep(A_MOMENT_MS)
        return toolError('the job failed')
      },
    }),
    defineTool({
      name: 'protocol_error_job',
      description: 'Breaks.',
      input: NOTHING,
      taskSupport: 'optional',
      async run() {
        await sleep(A_MOMENT_MS)
        throw new Error('broken on purpose')
      },
    }),
    ...createAskingTaskTools(),
  ]
}

function createAskingTaskTools(): readonly Tool[] {
  return [
    defineTool({
      name: 'confirm_delete',
      description: 'Asks once while it works.',
      input: { type: 'object', properties: { filename: { type: 'string' } } },
      taskSupport: 'optional',
      async run({ filename }, { answers }) {
        await sleep(A_MOMENT_MS)
        if (answers !== null) return `deleted ${String(filename)}`
        return ask({ inputRequests: { confirm: form('Delete it?', { confirm: { type: 'boolean' } }) } })
      },
    }),
    defineTool({
      name: 'multi_input',
      description: 'Asks twice at once while it works.',
      input: NOTHING,
      taskSupport: 'optional',
      async run(_, { answers }) {
        await sleep(A_MOMENT_MS)
        if (answers !== null) return 'both answered'
        const question = { name: { type: 'string' }, confirm: { type: 'boolean' } }
        return ask({ inputRequests: { first: form('First?', question), second: form('Second?', question) } })
      },
    }),
    defineTool({
      name: 'test_tool_with_task',
      description: 'Asks first, and then takes its time.',
      input: NOTHING,
      taskSupport: 'required',
      async run(_, { answers }) {
        if (answers === null)
          return ask({ inputRequests: { user_name: form('Your name?', { name: { type: 'string' } }) } })
        await sleep(A_MOMENT_MS)
        return `done for ${JSON.stringify(answers)}`
      },
    }),
  ]
}
