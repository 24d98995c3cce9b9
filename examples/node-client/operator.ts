/** The decision of an operator by a script, over the same address as the page. */

import { assertThat } from './results.js'

/** Approves exactly this one. */
export async function approveAsOperator(url: string, password: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`operator:${password}`).toString('base64')}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ decision: 'approve', reason: 'approved by example:client --auto' }),
  })
  if (answer.status === 401)
    throw new Error('the operator may not sign in. Set ALLV_DEMO_OPERATOR_PASSWORD as for the host')
  assertThat(answer.ok, `the operator may approve at ${url} (it answered ${answer.status})`)
}
