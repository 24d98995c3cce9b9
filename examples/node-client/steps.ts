/** The small print of the story: checks, and the operator's part. */

import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Approvals } from './connection.js'

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
type Listed = z.infer<typeof listed>['approvals'][number]

/** Ends the example with a sentence when something is not as told. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`this should hold, and does not: ${what}`)
}

/** The text of a tool result, structured content included. */
export function textOf(result: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(result['content'])
}

/** Finds the pending approval on the host's own routes and approves it, as an operator would on the page. */
export async function approveAsOperator(
  { url, password }: Approvals,
  matches: (approval: Listed) => boolean,
): Promise<void> {
  const headers = {
    authorization: `Basic ${Buffer.from(`operator:${password}`).toString('base64')}`,
    accept: 'application/json',
    'content-type': 'application/json',
  }
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { approvals } = listed.parse(await (await fetch(url, { headers })).json())
    const pending = approvals.find((approval) => approval.state === 'pending' && matches(approval))
    if (pending !== undefined) {
      const response = await fetch(`${url}/${pending.id}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ decision: 'approve' }),
      })
      expectThat(response.ok, `the operator may approve (${response.status})`)
      return
    }
    await sleep(100)
  }
  throw new Error('the call that needs approval never showed up for the operator')
}
