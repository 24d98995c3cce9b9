/** Finds the size of request that is refused, by pings with padding. */

import { type Context, shared } from '../kit/context.js'
import { answerIn, codeIn } from '../kit/messages.js'
import { answerText, isExpressPage } from '../kit/pages.js'
import { post } from '../kit/post.js'
import { ProbeFailure } from '../probe/probe-failure.js'

/** Bytes. Usual limits are 100 kB (Express), 1 MB (nginx) and 4 MiB (allv-mcp); a memory entry may have 1,000,000 characters. */
const SIZES = [12_000, 120_000, 1_200_000] as const

/** What the largest request that was tried came to. */
export interface BodyFacts {
  /** Bytes of the largest that was taken. */
  readonly taken: number
  /** The first that was refused; `null` if all were taken. */
  readonly refused: {
    readonly bytes: number
    readonly text: string
    /** Who refused it. */
    readonly by: 'endpoint' | 'app' | 'proxy'
  } | null
}

/** The facts, found once. */
export const bodyFacts = shared(async (context: Context): Promise<BodyFacts> => {
  let taken = 0
  for (const bytes of SIZES) {
    const refused = await tryBody(context, bytes)
    if (refused !== null) return { taken, refused: { bytes, ...refused } }
    taken = bytes
  }
  return { taken, refused: null }
})

async function tryBody(
  context: Context,
  bytes: number,
): Promise<Omit<NonNullable<BodyFacts['refused']>, 'bytes'> | null> {
  const padding = 'x'.repeat(bytes)
  try {
    const answer = await post(context, { method: 'ping', params: { _meta: { padding } } })
    if (codeIn(answer) === 'BODY_TOO_LARGE') return { text: answerText(answer), by: 'endpoint' }
    if (answerIn(answer) !== null) return null
    return { text: answerText(answer), by: isExpressPage(answer) ? 'app' : 'proxy' }
  } catch (error) {
    if (!(error instanceof ProbeFailure) || error.code === 'LIMITED' || error.code === 'ABORTED') throw error
    return { text: error.message, by: 'proxy' }
  }
}
