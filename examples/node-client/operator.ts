/** The operator's part of the story, over the same routes as the approvals page. */

import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Approvals } from './connection.js'
import { expectThat } from './reading.js'

const listed = z.object({
  approvals: z.array(
    z.object({
      id: z.string(),
      tool: z.string(),
      state: z.string(),
      arguments: z.record(z.string(), z.unknown()),
    }),
  ),
})
const WAIT_MS = 10_000
const PAUSE_MS = 100

/** Waits until the deletion of this deal asks for approval, and approves exactly that. */
export async function approveAsOperator({ url, password }: Approvals, dealId: string): Promise<void> {
  const headers = {
    authorization: `Basic ${Buffer.from(`operator:${password}`).toString('base64')}`,
    accept: 'application/json',
    'content-type': 'application/json',
  }
  for (let waited = 0; waited < WAIT_MS; waited += PAUSE_MS) {
    const answer = await fetch(url, { headers })
    expectThat(answer.ok, `the operator may sign in at ${url} (it answered ${answer.status})`)
    const { approvals } = listed.parse(await answer.json())
    const waiting = approvals.find(
      ({ state, tool, arguments: args }) =>
        state === 'pending' && tool === 'deals.delete' && args['dealId'] === dealId,
    )
    if (waiting !== undefined) {
      const body = JSON.stringify({ decision: 'approve', reason: 'part of the example' })
      const decided = await fetch(`${url}/${waiting.id}`, { method: 'POST', headers, body })
      return expectThat(decided.ok, `the operator may approve (it answered ${decided.status})`)
    }
    await sleep(PAUSE_MS)
  }
  throw new Error('the deletion never showed up among the approvals')
}
