/** Calls the tool that the user named, and no other. */

import { isRecord } from '../../../foundation/json/guards.js'
import { defineCheck } from '../kit/check.js'
import { type Context, shared } from '../kit/context.js'
import { resultOf } from '../kit/conversation.js'
import { type Answer, answerIn } from '../kit/messages.js'
import { answerText, excerpt } from '../kit/pages.js'
import type { ToolToCall } from '../kit/target.js'
import { fail, pass, skip, type Verdict } from '../kit/verdict.js'
import { toolsOf } from './listed-tools.js'

/** Milliseconds. A call may wait for an approval for 25 s. */
const LEAST_TIMEOUT = 30_000

type Called =
  | 'not asked'
  | 'unknown'
  | 'may write'
  | { readonly result: Answer['result']; readonly text: string; readonly ms: number }

const callIt = shared(async (context: Context): Promise<Called> => {
  const { tool, timeoutMs } = context.target
  if (tool === null) return 'not asked'
  const listed = (await toolsOf(context)).find(({ name }) => name === tool.name)
  if (listed === undefined) return 'unknown'
  const { annotations } = listed
  if (!tool.confirmed && !(isRecord(annotations) && annotations['readOnlyHint'] === true)) return 'may write'
  return send(context, tool, Math.max(timeoutMs, LEAST_TIMEOUT))
})

/** tools.call */
export const call = defineCheck({
  id: 'tools.call',
  title: 'the tool that you named can be called',
  needs: ['tools.list', 'tools.names'],
  probe: callIt,
  verdict(called, { target }) {
    if (called === 'not asked') return skip('no --tool was named, and no tool is called without that')
    if (called === 'unknown')
      return refused(
        `${target.tool?.name} is not listed`,
        'List the tools that this member sees, and check the spelling and the scopes of the key.',
      )
    if (called === 'may write')
      return refused(
        `${target.tool?.name} does not say that it only reads, so it was not called`,
        'Pass --yes to call it all the same.',
      )
    const seen = textOf(called.result) ?? called.text
    if (called.result !== null && called.result['isError'] !== true)
      return pass(`answered in ${Math.round(called.ms)} ms: ${excerpt(seen)}`)
    return refused(
      excerpt(seen, 300),
      'The message of the tool says what is wrong. Check the arguments with --arguments JSON.',
    )
  },
})

async function send(context: Context, tool: ToolToCall, timeoutMs: number): Promise<Called> {
  const params = { name: tool.name, arguments: tool.arguments }
  const { result, answer } = await resultOf(context, { method: 'tools/call', params, timeoutMs })
  return { result, text: answerIn(answer)?.error?.message ?? answerText(answer), ms: answer.ms }
}

function textOf(result: Answer['result']): string | null {
  const content = result?.['content']
  const [first]: readonly unknown[] = Array.isArray(content) ? content : []
  return isRecord(first) && typeof first['text'] === 'string' ? first['text'] : null
}

function refused(seen: string, cure: string): Verdict {
  return fail({ seen, expected: 'a result of the tool', cure })
}
