/** The operations that list tools. */

import type { ToolDefinition } from '../../adapters/tools.js'
import { visibleTools } from '../calls/authorize.js'
import { operation } from '../request/operation.js'
import { type Page, pageOf } from '../request/pages.js'
import type { Admitted } from '../request/stages.js'
import type { Runtime } from '../runtime/runtime.js'

/** All tools that the caller may use. Steps: authorize (filter), execute, audit. */
export async function listTools(runtime: Runtime, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  return operation(runtime, admitted, 'tools/list', async () => {
    return { result: await visibleTools(runtime, admitted), facts: {} }
  })
}

/** One page of the tools that the caller may use; `all` is the whole list. */
export async function pageOfTools(
  runtime: Runtime,
  admitted: Admitted,
  cursor: string | undefined,
): Promise<Page<ToolDefinition> & { readonly all: readonly ToolDefinition[] }> {
  return operation(runtime, admitted, 'tools/list', async () => {
    const load = () => visibleTools(runtime, admitted)
    const result = await pageOf(runtime, admitted, {
      list: 'tools',
      cursor,
      load,
      nameOf: ({ name }) => name,
    })
    return { result, facts: {} }
  })
}
