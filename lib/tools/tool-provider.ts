/** The tools adapter of a list of defined tools. */

import type { ApprovalQuestion, ApprovalVerdict } from '../adapters/approvals.js'
import type { MemberContext } from '../adapters/principal.js'
import type { ToolDefinition, ToolsAdapter } from '../adapters/tools.js'
import type { Tool } from './define-tool.js'

export interface ToolProvider extends ToolsAdapter {
  /**
   * What the tools' own `approval` says: made to be the `evaluate` of the host's approvals adapter. The library's built-in tools are
   * allowed; a tool that is not of this provider is denied, so that a list put together elsewhere fails closed.
   */
  evaluate(question: ApprovalQuestion): Promise<ApprovalVerdict>
}

/** Throws a TypeError for two tools of one name. Lists keep the order given. */
export function createToolProvider(tools: readonly Tool[]): ToolProvider {
  const byName = new Map<string, Tool>()
  for (const tool of tools) {
    const { name } = tool.definition
    if (byName.has(name)) throw new TypeError(`two tools are named ${name}; give each its own name`)
    byName.set(name, tool)
  }
  const all: readonly ToolDefinition[] = Object.freeze(tools.map(({ definition }) => definition))
  const visibleTo = (context: MemberContext) => tools.filter((tool) => tool.visible(context))

  return {
    async list(context) {
      const visible = visibleTo(context)
      return visible.length === tools.length ? all : visible.map(({ definition }) => definition)
    },
    async call(context, call) {
      const tool = byName.get(call.name)
      if (tool === undefined || !tool.visible(context))
        throw new TypeError(`the tool ${call.name} is not offered to this member`)
      return tool.call(context, call)
    },
    async evaluate(question) {
      const { name } = question.tool
      const tool = byName.get(name)
      if (tool === undefined)
        return name.startsWith('agent.')
          ? { verdict: 'allow' }
          : { verdict: 'deny', reason: 'this tool has no approval rule' }
      const { approval } = tool
      if (typeof approval === 'function') return approval(question)
      return { verdict: approval === 'none' ? 'allow' : approval }
    },
  }
}
