/** Step 5: what may be used. Listing and calling ask the same predicate; missing and forbidden answer alike. */

import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { listOf } from '../../foundation/json/host-values.js'
import { builtInTools } from '../access/built-in-tools.js'
import { scopesMissing } from '../access/scopes.js'
import { createToolCatalogue, isGranted, isUnchanging } from '../access/tool-catalogue.js'
import { usableTools } from '../access/tool-definitions.js'
import { TASKS_REQUIRED } from '../input/capabilities.js'
import { toAuthorized } from '../request/proofs.js'
import { explained } from '../request/refusals.js'
import type { Admitted, Authorized, CallInput } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Plane } from '../runtime/runtime.js'

/** All tools that this member may use with this credential: the host's in the host's order, then the built-in ones. */
export async function visibleTools(plane: Plane, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  const listed = await list(plane, admitted)
  // Somebody is told of a mistake each time the tools are listed, also where the list cannot change.
  reportAll(plane, admitted, plane.toolCatalogues.get(listed)?.problems ?? [])
  return visibleAmong(plane, admitted, listed)
}

function list(plane: Plane, { context, correlationId }: Admitted): Promise<readonly ToolDefinition[]> {
  return callAdapter(plane, correlationId, () => plane.config.adapters.tools.list(context))
}

function visibleAmong(
  plane: Plane,
  admitted: Admitted,
  given: readonly ToolDefinition[],
): readonly ToolDefinition[] {
  const { credential } = admitted.context
  const known = plane.toolCatalogues.get(given)
  if (known !== undefined) return known.visibleTo(credential)
  const listed = listOf(given, 'tools.list')
  const problems: Error[] = []
  const builtIn = builtInTools(plane.config.adapters)
  const usable = usableTools(listed, {
    reserved: builtIn,
    checked: plane.checkedTools,
    schemas: plane.schemas,
    report: (problem) => problems.push(problem),
  })
  reportAll(plane, admitted, problems)
  const tools = [...usable, ...builtIn]
  if (!isUnchanging(listed)) return tools.filter((tool) => isGranted(credential, tool))
  const catalogue = createToolCatalogue(tools, problems)
  plane.toolCatalogues.set(listed, catalogue)
  return catalogue.visibleTo(credential)
}

function reportAll(plane: Plane, { correlationId }: Admitted, problems: readonly Error[]): void {
  for (const problem of problems) plane.config.onError(problem, { correlationId, code: 'INTERNAL' })
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
  { config, checkedTools: checked, schemas }: Plane,
  { context }: Admitted,
  { find }: CallInput,
  listed: readonly ToolDefinition[],
): string {
  const reserved = builtInTools(config.adapters)
  const usable = (tools: readonly ToolDefinition[]) =>
    usableTools(tools, { reserved, checked, schemas, report: () => {} })
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
