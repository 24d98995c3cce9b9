/** Which changes of memory must be confirmed. What an AI client wrote under `company/`, all other clients of the workspace believe. */

import type { ApprovalQuestion, ApprovalVerdict } from 'allv-mcp'

/** Asked about the tools that the library brings. Of those, only the one that changes memory is asked about at all. */
export function decideOnBuiltIn({ tool, arguments: { key } }: ApprovalQuestion): ApprovalVerdict {
  if (tool.name !== 'agent.update_memory')
    return { verdict: 'deny', reason: 'this tool has no approval rule' }
  if (typeof key !== 'string' || !key.startsWith('company/')) return { verdict: 'allow' }
  return {
    verdict: 'member',
    summary: `Changes "${key}", which all members of the workspace and their AI clients read.`,
  }
}
