/** Keeps a call running for a while after its connection broke. A client with an idempotency key may send it again, to this node or another. */

import { CancellationSource } from '../../foundation/async/cancellation.js'
import { withInput } from '../request/begun.js'
import type { Begun } from '../request/call-stages.js'
import { mayReconnect } from '../request/reconnect.js'
import type { Runtime } from '../runtime/runtime.js'

/** How long a call runs without its client. MCP 2026-07-28, changelog: clients send a request again after its stream broke. */
const RECONNECT_GRACE_MS = 10_000

/** Runs `work` with a call that is cancelled only when its client does not come back in time. A repeat that joins the run keeps it running. */
export async function withReconnectGrace<T>(
  runtime: Runtime,
  begun: Begun,
  work: (patient: Begun) => Promise<T>,
): Promise<T> {
  if (!mayReconnect(begun) || runtime.config.adapters.runs === undefined) return work(begun)
  const { context, input, run } = begun
  const patient = new CancellationSource()
  let joined = false
  let timer: NodeJS.Timeout | undefined
  const onGone = () => {
    if (!joined) timer = setTimeout(() => patient.abort(), RECONNECT_GRACE_MS)
  }
  const audience = { workspaceId: context.workspaceId, memberId: context.member.id }
  const stopListening = runtime.eventBus.subscribe(audience, (event) => {
    if (event.type !== 'run_joined' || event.runId !== run.id) return
    joined = true
    clearTimeout(timer)
  })
  if (input.cancel.signal.aborted) onGone()
  else input.cancel.signal.addEventListener('abort', onGone, { once: true })
  try {
    return await work(withInput(begun, { cancel: patient }))
  } finally {
    clearTimeout(timer)
    input.cancel.signal.removeEventListener('abort', onGone)
    stopListening()
  }
}
