/** The methods `tools/list` and `tools/call`. */

import { callTool } from '../../control-plane/operations/call-tool.js'
import { pageOfTools } from '../../control-plane/operations/list-tools.js'
import { cursorParam, idempotencyKeyOf, textParam } from '../jsonrpc/params.js'
import { toWireCallResult } from './call-results.js'
import type { MethodCall } from './method.js'
import type { WireObject } from './results.js'
import { toWireTaskHandle } from './task-results.js'
import { findTool } from './tool-names.js'
import { toolPage } from './tool-pages.js'

/** Runs `tools/list`. */
export async function toolsList({ runtime, admitted, params }: MethodCall): Promise<WireObject> {
  const page = await pageOfTools(runtime, admitted, cursorParam(params))
  return {
    tools: toolPage(page.all, page.items, runtime.config.toolNames),
    ...(page.nextCursor === null ? {} : { nextCursor: page.nextCursor }),
  }
}

/** Runs `tools/call`. */
export async function toolsCall(call: MethodCall): Promise<WireObject> {
  const { runtime, admitted, params, cancel, progress, inputChannel, waits, retry, mayReconnect, checkTool } =
    call
  const name = textParam(params, 'name')
  const { arguments: args } = params
  const { meta } = runtime.config.brand
  const outcome = await callTool(runtime, admitted, {
    name,
    find: (tools) => {
      const tool = findTool(tools, name)
      if (tool !== undefined) checkTool(tool, args)
      return tool
    },
    arguments: args,
    idempotencyKey: idempotencyKeyOf(params, { header: call.idempotencyKey, metaKey: meta.idempotencyKey }),
    inputChannel,
    waits,
    retry,
    task: null,
    cancel,
    mayReconnect,
    progress,
  })
  return outcome.kind === 'task'
    ? toWireTaskHandle(outcome, meta)
    : toWireCallResult(outcome, { correlationId: admitted.context.correlationId, meta })
}
