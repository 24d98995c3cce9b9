/** What a store keeps of a decision: who decided as they are named or not at all, channel and reason cleaned. */

import type { Decision } from '../adapters/approvals.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName, cleanText } from '../foundation/text/text.js'
import { assertStorableTexts } from './storable.js'

/** As much as an audit event keeps of it. */
export const MAX_DECIDER_LENGTH = 200
export const MAX_CHANNEL_LENGTH = 100
export const MAX_REASON_LENGTH = 2000

/** Throws a TypeError for a name of who decides that cannot be stored as it is. */
export function storableDecision(given: Decision): Decision {
  const { id, decision, decidedBy, channel, reason } = withoutNulls(given)
  assertStorableTexts({ decidedBy })
  if (decidedBy.length > MAX_DECIDER_LENGTH)
    throw new TypeError(`decidedBy has more than ${MAX_DECIDER_LENGTH} characters`)
  return {
    id,
    decision,
    decidedBy,
    ...(channel === undefined ? {} : { channel: cleanName(channel, MAX_CHANNEL_LENGTH) }),
    ...(reason === undefined ? {} : { reason: cleanText(reason, MAX_REASON_LENGTH) }),
  }
}
