/** Calls a tool that a person must approve first, and waits for the decision. */

import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js'
import { expiryOf } from './results.js'

export interface ToolCall {
  readonly name: string
  readonly arguments: Record<string, unknown>
}

export interface AskedApproval {
  readonly id: string
  /** The page on which it is decided. */
  readonly url: string
  readonly expiresAt: Date
}

/**
 * The first call is answered with the address of the approval. The same call, repeated, waits: it is answered with the result as soon as
 * somebody has decided, or after a while with the address again. `onAsked` is called once.
 */
export async function callWithApproval(
  client: Client,
  call: ToolCall,
  onAsked: (approval: AskedApproval) => Promise<void>,
): Promise<unknown> {
  let asked: string | null = null
  for (;;) {
    const answer = await callOnce(client, call)
    if (!('asked' in answer)) return answer.result
    const { id, url } = answer.asked
    if (asked === id) continue
    asked = id
    const expiresAt = expiryOf(
      await client.callTool({ name: 'agent_get_approval', arguments: { approvalId: id } }),
    )
    await onAsked({ id, url, expiresAt })
  }
}

type Answer = { readonly result: unknown } | { readonly asked: Omit<AskedApproval, 'expiresAt'> }

async function callOnce(client: Client, call: ToolCall): Promise<Answer> {
  try {
    return { result: await client.callTool(call) }
  } catch (error) {
    const [shown] = error instanceof UrlElicitationRequiredError ? error.elicitations : []
    if (shown === undefined) throw error
    return { asked: { id: shown.elicitationId, url: shown.url } }
  }
}
