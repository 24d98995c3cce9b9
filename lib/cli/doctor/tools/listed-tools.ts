/** Lists all tools that the member sees, page by page. */

import { isRecord } from '../../../foundation/json/guards.js'
import { type Context, shared } from '../kit/context.js'
import { resultOf } from '../kit/conversation.js'
import { answerIn } from '../kit/messages.js'
import { answerText } from '../kit/pages.js'

/** A tool as it is listed. All of it is data from outside. */
export type ListedTool = Readonly<Record<string, unknown>> & { readonly name: string }

/** The tools, or what the server said in their place. */
export type Listed = { readonly tools: readonly ListedTool[] } | { readonly problem: string }

const MOST_PAGES = 100

/** The tools, listed once. */
export const listedTools = shared(async (context: Context): Promise<Listed> => {
  const tools: ListedTool[] = []
  let cursor: unknown
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = typeof cursor === 'string' ? { cursor } : {}
    const { result, answer } = await resultOf(context, { method: 'tools/list', params })
    const listed = result?.['tools']
    if (!Array.isArray(listed)) return { problem: answerIn(answer)?.error?.message ?? answerText(answer) }
    tools.push(...listed.filter(isTool))
    cursor = result?.['nextCursor']
    if (typeof cursor !== 'string') return { tools }
  }
  return { problem: `the list has more than ${MOST_PAGES} pages` }
})

/** The tools; none if there is no list, which is a check of its own. */
export async function toolsOf(context: Context): Promise<readonly ListedTool[]> {
  const listed = await listedTools(context)
  return 'tools' in listed ? listed.tools : []
}

function isTool(value: unknown): value is ListedTool {
  return isRecord(value) && typeof value['name'] === 'string'
}
