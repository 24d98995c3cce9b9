/** The methods `tasks/get`, `tasks/update` and `tasks/cancel` of the extension `io.modelcontextprotocol/tasks`. */

import {
  type ClientCapabilities,
  declaresTasks,
  TASKS_REQUIRED,
} from '../../control-plane/input/capabilities.js'
import { cancelTask, getTask, updateTask } from '../../control-plane/operations/tasks.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { isJsonObject } from '../../foundation/json/guards.js'
import { textParam } from '../jsonrpc/params.js'
import type { MethodCall } from './method.js'
import type { WireObject } from './results.js'
import { toWireTask } from './task-results.js'

/** Runs `tasks/get`. */
export async function tasksGet({ runtime, admitted, params, inputChannel }: MethodCall): Promise<WireObject> {
  const { capabilities } = inputChannel
  assertDeclared(capabilities)
  const task = await getTask(runtime, admitted, textParam(params, 'taskId'), capabilities)
  return toWireTask(task, runtime.config.brand.meta)
}

/** Runs `tasks/update`. */
export async function tasksUpdate({
  runtime,
  admitted,
  params,
  inputChannel,
}: MethodCall): Promise<WireObject> {
  assertDeclared(inputChannel.capabilities)
  const { inputResponses } = params
  if (!isJsonObject(inputResponses)) throw new AllvError('INVALID_PARAMS')
  await updateTask(runtime, admitted, textParam(params, 'taskId'), inputResponses)
  return {}
}

/** Runs `tasks/cancel`. */
export async function tasksCancel({
  runtime,
  admitted,
  params,
  inputChannel,
}: MethodCall): Promise<WireObject> {
  assertDeclared(inputChannel.capabilities)
  await cancelTask(runtime, admitted, textParam(params, 'taskId'))
  return {}
}

/** Throws CLIENT_CAPABILITY_REQUIRED if the client did not declare the extension. MCP tasks extension, Protocol Errors: this is the first check. */
export function assertDeclared(capabilities: ClientCapabilities): void {
  if (!declaresTasks(capabilities))
    throw new AllvError('CLIENT_CAPABILITY_REQUIRED', { details: TASKS_REQUIRED })
}
