/** A stream that breaks is not yet a call taken back: whoever sent an idempotency key may come back with it, to this node or another. */

import { Canceller } from '../../foundation/async/cancellation.js'
import { mayComeBack } from '../request/reconnect.js'
import type { Begun } from '../request/stages.js'
import type { Plane } from '../runtime/runtime.js'

/** For so long a call goes on without its caller. MCP 2026-07-28, changelog: clients send a request again after its stream broke. */
const COMEBACK_MS = 10_000

/** Runs `work` with a call that is cancelled only when its caller stays away; one who joined the run keeps it going. */
export async function withComeback<T>(
  plane: Plane,
  begun: Begun,
  work: (patient: Begun) => Promise<T>,
): Promise<T> {
  if (!mayComeBack(begun) || plane.config.adapters.runs === undefined) return work(begun)
  const { context, input, runId } = begun
  const patient = new Canceller()
  let joined = false
  let timer: NodeJS.Timeout | undefined
  const onGone = () => {
    if (!joined) timer = setTimeout(() => patient.abort(), COMEBACK_MS)
  }
  const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
  const stopListening = plane.hub.subscribe(audience, (event) => {
    if (event.type !== 'run_joined' || event.runId !== runId) return
    joined = true
    clearTimeout(timer)
  })
  if (input.cancel.signal.aborted) onGone()
  else input.cancel.signal.addEventListener('abort', onGone, { once: true })
  try {
    return await work({ ...begun, input: { ...input, cancel: patient } })
  } finally {
    clearTimeout(timer)
    input.cancel.signal.removeEventListener('abort', onGone)
    stopListening()
  }
}
