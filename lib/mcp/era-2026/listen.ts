/**
 * Serves `subscriptions/listen`: a stream of notifications for one member. The acknowledged filter has only what the member may read.
 * Admission is checked again before each notification and every 30 seconds, and a stream that is refused ends. MCP 2026-07-28,
 * basic/patterns/subscriptions.
 */

import { callerKey } from '../../control-plane/access/caller-key.js'
import { auditFact } from '../../control-plane/request/audit.js'
import { AllvError } from '../../foundation/errors/allv-error.js'
import type { Accepts } from '../http/accept.js'
import { readFilter } from './listen-filter.js'
import { openedFacts } from './listen-record.js'
import { ListenStream, type Opening } from './listen-stream.js'
import { TaskFollowers } from './listen-tasks.js'

/** A request to open a stream. */
export interface Listen extends Opening {
  readonly accepts: Accepts
}

/** What the open streams of one router share. */
export interface Listening {
  /** Open streams, counted for each credential and member. */
  readonly open: Map<string, number>
  /** The tasks that they follow. */
  readonly followers: TaskFollowers
}

/** Open streams of one credential and member. */
const MAX_STREAMS = 64

/** Makes the shared state of one router. */
export function createListening(): Listening {
  return { open: new Map(), followers: new TaskFollowers() }
}

/** Resolves when the stream has ended. Refusals are thrown before anything is sent. */
export async function serveListen({ open, followers }: Listening, listen: Listen): Promise<void> {
  const { runtime, admitted, request, accepts, capabilities } = listen
  if (!accepts.stream) throw new AllvError('NOT_ACCEPTABLE')
  const owner = callerKey(admitted.context)
  const count = open.get(owner) ?? 0
  if (count >= MAX_STREAMS) throw new AllvError('TOO_MANY_STREAMS')
  open.set(owner, count + 1)
  try {
    const requested = request.params?.['notifications']
    const filter = await readFilter(runtime, admitted, requested, capabilities)
    await auditFact(runtime, admitted, openedFacts(filter, requested))
    const reason = await new ListenStream(listen, filter).run(followers)
    await auditFact(runtime, admitted, {
      type: 'stream.closed',
      operation: 'subscriptions/listen',
      outcome: reason,
    })
  } finally {
    const remaining = (open.get(owner) ?? 1) - 1
    if (remaining > 0) open.set(owner, remaining)
    else open.delete(owner)
  }
}
