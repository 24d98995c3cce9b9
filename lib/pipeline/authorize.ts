/** Step 5: what may be used. Listing and calling ask the same predicate; missing and forbidden answer alike. */

import type { ToolDefinition } from '../adapters/tools.js'
import { AllvError } from '../errors.js'
import { TASKS_REQUIRED } from './abilities.js'
import { callAdapter } from './adapter-call.js'
import { builtInTools } from './built-in-tools.js'
import type { Admitted, Authorized, CallInput } from './context.js'
import type { Plane } from './plane.js'
import { toAuthorized } from './proofs.js'
import { explained } from './refusals.js'
import { scopesMissing } from './scopes.js'
import { createToolCatalogue, isGranted, isUnchanging } from './tool-catalogue.js'
import { usableTools } from './tool-definitions.js'

/** All tools that this member may use with this credential: the host's in the host's order, then the built-in ones. */
export async function visibleTools(plane: Plane, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  return visibleAmong(plane, admitted, await list(plane, admitted))
}

function list(plane: Plane, { context, correlationId }: Admitted): Promise<readonly ToolDefinition[]> {
  return callAdapter(plane, correlationId, () => plane.config.adapters.tools.list(context))
}

function visibleAmong(
  plane: Plane,
  { context, correlationId }: Admitted,
  listed: readonly ToolDefinition[],
): readonly ToolDefinition[] {
  const known = plane.toolCatalogues.get(listed)
  if (known !== undefined) return known.visibleTo(context.credential)
  let problems = 0
  const report = (problem: Error) => {
    problems += 1
    plane.config.onError(problem, { correlationId, code: 'INTERNAL' })
  }
  const builtIn = builtInTools(plane.config.adapters)
  const usable = usableTools(listed, { reserved: builtIn, checked: plane.checkedTools, report })
  const tools = [...usable, ...builtIn]
  // A list with a mistake in it is looked at each time, so that each time somebody is told.
  if (problems > 0 || !isUnchanging(listed))
    return tools.filter((tool) => isGranted(context.credential, tool))
  const catalogue = createToolCatalogue(tools)
  plane.toolCatalogues.set(listed, catalogue)
  return catalogue.visibleTo(context.credential)
}

export async function authorizeTool(plane: Plane, admitted: Admitted, input: CallInput): Promise<Authorized> {
  const listed = await list(plane, admitted)
  const tool = input.find(visibleAmong(plane, admitted, listed))
  if (tool === undefined)
    throw explained(new AllvError('TOOL_NOT_FOUND'), whyNot(plane, admitted, input, listed))
  assertTaskTaken(plane, admitted, input, tool)
  return toAuthorized(admitted, { input, tool, builtIn: isBuiltIn(plane, tool) })
}

/** What only the developer can mend: the caller is answered alike in all cases. */
function whyNot(
  { config, checkedTools: checked }: Plane,
  { context }: Admitted,
  { find }: CallInput,
  listed: readonly ToolDefinition[],
): string {
  const reserved = builtInTools(config.adapters)
  const usable = (tools: readonly ToolDefinition[]) =>
    usableTools(tools, { reserved, checked, report: () => {} })
  const offered = find([...usable(listed), ...reserved])
  if (offered !== undefined) return scopesMissing(context.credential, offered.scopes) ?? 'not_visible'
  const all = config.adapters.tools.all?.()
  if (all === undefined) return 'unknown_or_not_visible'
  return find(usable(all)) === undefined ? 'unknown_tool' : 'not_visible'
}

export function isBuiltIn(plane: Plane, tool: ToolDefinition): boolean {
  return builtInTools(plane.config.adapters).includes(tool)
}

/** MCP tasks extension, Capability Negotiation: a tool that can only be served as a task says what the client lacks. In process nobody lacks it. */
function assertTaskTaken(
  { config }: Plane,
  { face }: Admitted,
  { waits, task }: CallInput,
  tool: ToolDefinition,
): void {
  const needed = tool.taskSupport === 'required' && config.adapters.runs !== undefined
  if (needed && !waits.task && task === null && face !== 'agent')
    throw new AllvError('CLIENT_CAPABILITY_REQUIRED', { details: TASKS_REQUIRED })
}
