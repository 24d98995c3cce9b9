/** Tasks over HTTP, as a client that declares the extension handles them. */

import { type Ask, type JsonRpc, modern, post, type Running } from './http.js'

const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
export const TASKS_AND_FORM = { ...TASKS, elicitation: { form: {} } }

export interface TaskClient {
  call(name: string, args?: object, over?: Partial<Ask> & { params?: object }): Promise<JsonRpc>
  get(taskId: string, over?: Partial<Ask>): Promise<JsonRpc>
  update(taskId: string, inputResponses: object, over?: Partial<Ask>): Promise<JsonRpc>
  cancel(taskId: string, over?: Partial<Ask>): Promise<JsonRpc>
  /** Polls until the task is over, or has this status. */
  until(taskId: string, status?: string): Promise<JsonRpc['result']>
}

export function taskClient(running: Running, capabilities: object = TASKS): TaskClient {
  const send = async (method: string, params: Record<string, unknown>, over: Partial<Ask> = {}) => {
    const request = modern(method, params, capabilities)
    return (await post(running, { ...request, ...over, headers: { ...request.headers, ...over.headers } }))
      .json
  }
  const client: TaskClient = {
    call: (name, args = {}, { params = {}, ...over } = {}) =>
      send('tools/call', { name, arguments: args, ...params }, over),
    get: (taskId, over) => send('tasks/get', { taskId }, over),
    update: (taskId, inputResponses, over) => send('tasks/update', { taskId, inputResponses }, over),
    cancel: (taskId, over) => send('tasks/cancel', { taskId }, over),
    async until(taskId, status) {
      for (let polls = 0; polls < 500; polls += 1) {
        const { result } = await client.get(taskId)
        if (result.status === status || ['completed', 'failed', 'cancelled'].includes(result.status))
          return result
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      throw new Error(`the task ${taskId} is still not ${status ?? 'over'}`)
    },
  }
  return client
}
