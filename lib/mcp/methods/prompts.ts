/** The methods `prompts/list` and `prompts/get`. */

import { listPrompts, promptFor } from '../../control-plane/operations/prompts.js'
import { cursorParam, textParam, textsParam } from '../jsonrpc/params.js'
import type { MethodCall } from './method.js'
import { toWireAsk, toWirePrompt, type WireObject } from './results.js'

/** Runs `prompts/list`. */
export async function promptsList({ runtime, admitted, params }: MethodCall): Promise<WireObject> {
  const page = await listPrompts(runtime, admitted, cursorParam(params))
  return {
    prompts: page.items.map(toWirePrompt),
    ...(page.nextCursor === null ? {} : { nextCursor: page.nextCursor }),
  }
}

/** Runs `prompts/get`. */
export async function promptsGet({
  runtime,
  admitted,
  params,
  inputChannel,
  retry,
}: MethodCall): Promise<WireObject> {
  const name = textParam(params, 'name')
  const input = { name, arguments: textsParam(params, 'arguments'), retry, ...inputChannel }
  const offered = await promptFor(runtime, admitted, input)
  return 'result' in offered ? { ...offered.result } : toWireAsk(offered.ask, offered.requestState)
}
