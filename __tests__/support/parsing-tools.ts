/** Tools whose schemas make something of their arguments, with a record of what rules were asked and what really ran. */

import {
  type ApprovalQuestion,
  type ApprovalVerdict,
  ask,
  defineTool,
  type Tool,
  type ToolSchema,
} from 'allv-mcp'
import { QUESTION } from './tools.js'

export interface Parsing {
  readonly tool: Tool
  /** The arguments that rules were asked about: as `run` gets them, and as the question shows them. */
  readonly asked: { readonly args: unknown; readonly shown: unknown }[]
  readonly ran: unknown[]
}

export interface ParsingOptions {
  readonly verdict?: ApprovalVerdict
  readonly taskSupport?: 'optional'
  /** Asks the client first. */
  readonly asks?: boolean
}

export function parsingTool(
  name: string,
  input: ToolSchema,
  { verdict = { verdict: 'operator' }, taskSupport, asks = false }: ParsingOptions = {},
): Parsing {
  const asked: Parsing['asked'] = []
  const ran: unknown[] = []
  const tool = defineTool({
    name,
    description: 'Takes what its schema makes of it.',
    input,
    ...(taskSupport === undefined ? {} : { taskSupport }),
    approval(args: unknown, question: ApprovalQuestion) {
      asked.push({ args, shown: structuredClone(question.arguments) })
      return verdict
    },
    run(args: unknown, { answers }) {
      if (asks && answers === null) return ask({ inputRequests: { color: QUESTION } })
      ran.push(args)
      return 'ran'
    },
  })
  return { tool, asked, ran }
}
