/** A member and a call, as the pipeline hands them to tools. */

import type { ApprovalQuestion, JsonObject, MemberContext, Tool, ToolCall, ToolDefinition } from 'allv-mcp'

export function contextOf(roles: readonly string[] = []): MemberContext {
  return {
    workspaceId: 'ws_acme',
    member: { id: 'mem_maria', workspaceId: 'ws_acme', email: 'maria@acme.test', active: true, roles },
    credential: { id: 'key_acme', kind: 'api-key', scopes: [] },
    face: 'agent',
    era: null,
    client: null,
    trace: null,
    correlationId: 'req_1',
  }
}

export function callOf(name: string, args: JsonObject = {}, over: Partial<ToolCall> = {}): ToolCall {
  return {
    name,
    arguments: args,
    runId: 'run_1',
    approvalId: null,
    idempotencyKey: null,
    answers: null,
    state: null,
    canAsk: () => false,
    signal: new AbortController().signal,
    progress: () => {},
    ...over,
  }
}

export function call(tool: Tool, args: JsonObject = {}, over: Partial<ToolCall> = {}) {
  return tool.call(contextOf(), callOf(tool.definition.name, args, over))
}

export function questionOf(tool: Pick<ToolDefinition, 'name'>, args: JsonObject = {}): ApprovalQuestion {
  const definition = { description: 'A tool.', inputSchema: { type: 'object' }, ...tool }
  return { context: contextOf(), tool: definition, arguments: args }
}
