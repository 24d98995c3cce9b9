/** `prompts/list` and `prompts/get`: clients show prompts as slash commands. */

import { openCursor } from '../pipeline/cursors.js'
import { listPrompts, promptFor } from '../pipeline/offerings.js'
import type { MethodCall } from './methods.js'
import { pageOf } from './pages.js'
import { cursorParam, textParam, textsParam } from './params.js'
import { toWireAsk, toWirePrompt, type WireObject } from './results.js'

export async function promptsList({ plane, admitted, params }: MethodCall): Promise<WireObject> {
  const cursor = cursorParam(params)
  await openCursor(plane, admitted, 'prompts', cursor)
  const items = await listPrompts(plane, admitted)
  const page = await pageOf(plane, admitted, { list: 'prompts', cursor, items, nameOf: ({ name }) => name })
  return {
    prompts: page.items.map(toWirePrompt),
    ...(page.nextCursor === null ? {} : { nextCursor: page.nextCursor }),
  }
}

export async function promptsGet({
  plane,
  admitted,
  params,
  questioner,
  retry,
}: MethodCall): Promise<WireObject> {
  const name = textParam(params, 'name')
  const input = { name, arguments: textsParam(params, 'arguments'), retry, ...questioner }
  const offered = await promptFor(plane, admitted, input)
  return 'result' in offered ? { ...offered.result } : toWireAsk(offered.ask, offered.requestState)
}
