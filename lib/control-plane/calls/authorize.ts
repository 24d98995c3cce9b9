/** Step 5: authorizes a tool. Listing and calling use the same check. A missing and a forbidden tool get the same answer. */

import type { ToolDefinition } from '../../adapters/tools.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import { listOf } from '../../foundation/json/host-values.js'
import { scopesMissing } from '../access/scopes.js'
import { reachableBy } from '../access/step-up.js'
import { createToolCatalogue, isGranted, isUnchanging } from '../access/tool-catalogue.js'
import { usableTools } from '../access/tool-definitions.js'
import { TASKS_REQUIRED } from '../input/capabilities.js'
import type { Authorized, CallInput } from '../request/call-stages.js'
import { withAuditReason } from '../request/refusals.js'
import { requireScopes } from '../request/require-scopes.js'
import type { Admitted } from '../request/stages.js'
import { callAdapter } from '../runtime/adapter-call.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * All tools that this member may use with this credential: the host's in the host's order, then the built-in ones. With an access token also
 * those that only need a further scope, which clients then ask for.
 */
export async function visibleTools(runtime: Runtime, admitted: Admitted): Promise<readonly ToolDefinition[]> {
  const listed = await list(runtime, admitted)
  // Mistakes are reported each time the tools are listed, also for a list that cannot change.
  reportAll(runtime, admitted, runtime.toolCatalogues.get(listed)?.problems ?? [])
  return visibleAmong(runtime, admitted, listed)
}

/** The tools that may be called now: of an access token without those for which a person would have to grant more. */
export async function callableTools(
  runtime: Runtime,
  admitted: Admitted,
): Promise<readonly ToolDefinition[]> {
  const { credential } = admitted.context
  return (await visibleTools(runtime, admitted)).filter((tool) => isGranted(credential, tool))
}

function list(runtime: Runtime, { context }: Admitted): Promise<readonly ToolDefinition[]> {
  return callAdapter(runtime, context.correlationId, () => runtime.config.adapters.tools.list(context))
}

function visibleAmong(
  runtime: Runtime,
  admitted: Admitted,
  given: readonly ToolDefinition[],
): readonly ToolDefinition[] {
  const credential = reachableBy(runtime.config, admitted.context.credential)
  const known = runtime.toolCatalogues.get(given)
  if (known !== undefined) return known.visibleTo(credential)
  const listed = listOf(given, 'tools.list')
  const problems: Error[] = []
  const builtIn = runtime.builtInTools
  const usable = usableTools(listed, {
    reserved: builtIn,
    checked: runtime.checkedTools,
    schemas: runtime.schemas,
    report: (problem) => problems.push(problem),
  })
  reportAll(runtime, admitted, problems)
  const tools = [...usable, ...builtIn]
  if (!isUnchanging(listed)) return tools.filter((tool) => isGranted(credential, tool))
  const catalogue = createToolCatalogue(tools, problems)
  runtime.toolCatalogues.set(listed, catalogue)
  return catalogue.visibleTo(credential)
}

function reportAll(runtime: Runtime, { context }: Admitted, problems: readonly Error[]): void {
  const { correlationId } = context
  for (const problem of problems) runtime.config.onError(problem, { correlationId, code: 'INTERNAL' })
}

/** Finds the tool that a call names. Throws TOOL_NOT_FOUND, or CLIENT_CAPABILITY_REQUIRED for a tool that needs tasks. */
export async function authorizeTool(
  runtime: Runtime,
  admitted: Admitted,
  input: CallInput,
): Promise<Authorized> {
  const listed = await list(runtime, admitted)
  const tool = input.find(visibleAmong(runtime, admitted, listed))
  if (tool === undefined)
    throw withAuditReason(new AllvError('TOOL_NOT_FOUND'), auditReason(runtime, admitted, input, listed))
  requireScopes(runtime, admitted, tool.scopes)
  assertTaskSupport(runtime, admitted, input, tool)
  return { admitted, context: admitted.context, input, tool, builtIn: isBuiltIn(runtime, tool) }
}

/** Why the tool was not found, for the audit log only. The caller gets the same answer in all cases. */
function auditReason(
  { config, checkedTools: checked, schemas, builtInTools: reserved }: Runtime,
  { context }: Admitted,
  { find }: CallInput,
  listed: readonly ToolDefinition[],
): string {
  const usable = (tools: readonly ToolDefinition[]) =>
    usableTools(tools, { reserved, checked, schemas, report: () => {} })
  const offered = find([...usable(listed), ...reserved])
  if (offered !== undefined) return scopesMissing(context.credential, offered.scopes) ?? 'not_visible'
  const all = config.adapters.tools.all?.()
  if (all === undefined) return 'unknown_or_not_visible'
  return find(usable(all)) === undefined ? 'unknown_tool' : 'not_visible'
}

/** Whether the library itself brings this tool. */
export function isBuiltIn(runtime: Runtime, tool: ToolDefinition): boolean {
  return runtime.builtInTools.includes(tool)
}

/**
 * Refuses a tool that runs only as a task when the client did not declare tasks. Callers of the Agent API need not declare it. MCP tasks
 * extension, Capability Negotiation.
 */
function assertTaskSupport(
  { config }: Runtime,
  { context }: Admitted,
  { waits, task }: CallInput,
  tool: ToolDefinition,
): void {
  const needed = tool.taskSupport === 'required' && config.adapters.runs !== undefined
  if (needed && !waits.task && task === null && context.face !== 'agent')
    throw new AllvError('CLIENT_CAPABILITY_REQUIRED', { details: TASKS_REQUIRED })
}
