/** `tools/list` and `tools/call`. */

import { openCursor } from '../pipeline/cursors.js'
import { callTool, listTools } from '../pipeline/operations.js'
import { toWireCallResult } from './call-results.js'
import type { MethodCall } from './methods.js'
import { pageOf } from './pages.js'
import { cursorParam, idempotencyKeyOf, textParam } from './params.js'
import type { WireObject } from './results.js'
import { toWireTaskHandle } from './task-results.js'
import { findTool } from './tool-names.js'
import { toolPage } from './tool-pages.js'

export async function toolsList({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  const cursor = cursorParam(params)
  await openCursor(plane, admitted, 'tools', cursor)
  const tools = await listTools(plane, admitted)
  const page = await pageOf(plane, admitted, {
    list: 'tools',
    cursor,
    items: tools,
    nameOf: ({ name }) => name,
  })
  return {
    tools: toolPage(tools, page.items, plane.config.toolNames),
    ...(page.nextCursor === null ? {} : { nextCursor: page.nextCursor }),
  }
}

export async function toolsCall(call: MethodCall): Promise<WireObject> {
  const { plane, admitted, params, cancel, progress, questioner, waits, retry, mayReturn, checkTool } = call
  const name = textParam(params, 'name')
  const { arguments: args } = params
  const outcome = await callTool(plane, admitted, {
    name,
    find: (tools) => {
      const tool = findTool(tools, name)
      if (tool !== undefined) checkTool(tool, args)
      return tool
    },
    arguments: args,
    idempotencyKey: idempotencyKeyOf(params, call.idempotencyKey),
    questioner,
    waits,
    retry,
    task: null,
    cancel,
    mayReturn,
    progress,
  })
  return outcome.kind === 'task'
    ? toWireTaskHandle(outcome)
    : toWireCallResult(outcome, admitted.correlationId)
}
