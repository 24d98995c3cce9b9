/** Finds out which of the protocol's headers arrive, by requests that are refused if they do. */

import { type Context, shared } from '../kit/context.js'
import { discovery } from '../kit/conversation.js'
import { answerIn, codeIn } from '../kit/messages.js'
import { modern, type Posting, post, VERSION_2026 } from '../kit/post.js'
import { isAllv } from '../kit/server.js'

/** What arrived. */
export interface HeaderFacts {
  /** Whether these can be told at all: only allv-mcp refuses each of them in a known way. */
  readonly allv: boolean
  /** Whether `MCP-Protocol-Version` arrives with its value. */
  readonly version: boolean
  /** Whether `Mcp-Session-Id` arrives; `false` also for a host without sessions. */
  readonly session: boolean
  /** Whether a request with all headers is refused because they do not agree with the body. */
  readonly mismatch: boolean
  /** The same for a request that has `Mcp-Name` too. */
  readonly nameMismatch: boolean
}

/** The JSON-RPC code of MCP 2026-07-28 for headers that do not agree with the body. */
const MISMATCH = -32020

/** The facts, found once. */
export const headerFacts = shared(async (context: Context): Promise<HeaderFacts> => {
  const allv = await isAllv(context)
  const mismatch = answerIn(await discovery(context))?.error?.code === MISMATCH
  if (!allv) return { allv, version: true, session: true, mismatch, nameMismatch: false }
  const [unknown, modernOnly, foreign, named] = await Promise.all([
    codeOf(context, { method: 'ping', headers: { 'MCP-Protocol-Version': '1999-01-01' } }),
    codeOf(context, { method: 'ping', headers: { 'MCP-Protocol-Version': VERSION_2026 } }),
    codeOf(context, { method: 'ping', headers: { 'Mcp-Session-Id': 'doctor-probe' } }),
    post(context, modern({ method: 'prompts/get', params: { name: 'doctor-probe' } })),
  ])
  return {
    allv,
    version: unknown === 'UNSUPPORTED_PROTOCOL_VERSION' && modernOnly === 'ENVELOPE_INCOMPLETE',
    session: foreign === 'SESSION_NOT_FOUND',
    mismatch,
    nameMismatch: answerIn(named)?.error?.code === MISMATCH,
  }
})

async function codeOf(context: Context, posting: Posting): Promise<string | null> {
  return codeIn(await post(context, posting))
}
