/** Deletes a deal, which an operator must approve. */

import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { type AskedApproval, callWithApproval } from './call-with-approval.js'
import { assertThat, dealsOf, deletedOf, failureOf, isReplay } from './results.js'

const ENDINGS: ReadonlyMap<string | null, string> = new Map([
  ['APPROVAL_DENIED', 'The deletion was denied, and nothing was deleted'],
  ['APPROVAL_EXPIRED', 'Nobody decided in time, and nothing was deleted'],
])

/** Throws a sentence if the approval is denied or expires. */
export async function deleteWithApproval(
  client: Client,
  dealId: string,
  onAsked: (approval: AskedApproval) => Promise<void>,
): Promise<void> {
  const deletion = { name: 'deals_delete', arguments: { dealId } }
  const result = await callWithApproval(client, deletion, onAsked)
  const failure = failureOf(result)
  const ending = ENDINGS.get(failure?.code ?? null)
  if (failure !== null && ending !== undefined)
    throw new Error(`${ending} (${failure.code}: ${failure.message}).`)
  assertThat(deletedOf(result).id === dealId, 'the approved call deleted the deal')
  const left = dealsOf(await client.callTool({ name: 'deals_search', arguments: {} }))
  assertThat(!left.some(({ id }) => id === dealId), 'the deal is gone')
  console.log('Approved. The call ran, and the deal is gone.')

  const repeated = await client.callTool(deletion)
  assertThat(
    isReplay(repeated) && deletedOf(repeated).id === dealId,
    'a repeated call gives the first outcome',
  )
  console.log('The same call again ran nothing: it gave the outcome of the first one.')
}

/** What a person has to do, and until when. */
export function askPerson({ url, expiresAt }: AskedApproval): void {
  console.log(`
An operator must approve the deletion. This program waits.

  Open     ${url}
  Sign in  as "operator", with the password that "npm start" has printed
  Decide   until ${expiresAt.toLocaleString()}

Ctrl+C ends this program, and leaves the approval open. To decide without a person: npm run example:client -- --auto
`)
}
