/** What a store keeps of a decision: `decidedBy` as it is or not at all, channel and reason cleaned. */

import type { Decision } from '../adapters/approvals.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName, cleanText } from '../foundation/text/text.js'
import { assertStorableTexts } from './storable.js'

/** As much as an audit event keeps of it. In UTF-16 units, as the next two. */
const MAX_DECIDER_LENGTH = 200
const MAX_CHANNEL_LENGTH = 100
const MAX_REASON_LENGTH = 2000

/**
 * The decision as a store keeps it: `channel` as one line of at most 100 characters, `reason` of at most 2000, both without control
 * characters. Members that are `null` are left out. Throws a TypeError for a `decidedBy` with a NUL or half a character, which is never changed silently.
 *
 * @example
 * const { decidedBy, channel = 'page', reason = null } = storableDecision(decision)
 */
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
