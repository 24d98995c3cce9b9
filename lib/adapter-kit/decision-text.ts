/** Prepares a decision for a store: refuses an invalid `decidedBy`, and cleans `channel` and `reason`. */

import type { Decision } from '../adapters/approvals.js'
import { withoutNulls } from '../foundation/json/host-values.js'
import { cleanName, cleanText } from '../foundation/text/text.js'
import { assertDecision } from './decision-event.js'
import { assertStorableTexts } from './storable.js'

/** The longest that an audit event keeps. Members decide too, and their ids are longer than names. All three lengths are in UTF-16 units. */
const MAX_DECIDER_LENGTH = 2048
const MAX_CHANNEL_LENGTH = 100
const MAX_REASON_LENGTH = 2000

/**
 * The decision to store: `channel` as one line of at most 100 characters, `reason` with at most 2000, both with U+FFFD for characters that
 * cannot be stored. Fields that are `null` are left out. `decidedBy` is never changed: throws a TypeError if it has a NUL or a lone surrogate, or
 * more than 2048 characters (UTF-16 units), and for a `decision` other than `approve` and `deny`.
 *
 * @example
 * const { decidedBy, channel = 'page', reason = null } = storableDecision({ id: approval.id, decision: 'deny', decidedBy: 'operator' })
 */
export function storableDecision(given: Decision): Decision {
  const { id, decision, decidedBy, channel, reason } = withoutNulls(given)
  assertDecision(decision)
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
