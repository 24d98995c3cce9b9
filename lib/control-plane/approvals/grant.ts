/** A call that may run: allowed by the rule, or under an approval that it, or an earlier round of it, consumed. */

import type { Approved, Begun, Grant } from '../request/call-stages.js'

/** `admitted`: with the member as they were when permission was last asked. */
export function underGrant(
  from: Begun,
  grant: Grant,
  { answered, recheck, admitted }: Pick<Approved, 'answered' | 'recheck' | 'admitted'>,
): Approved {
  const { input, tool, builtIn, argumentsDigest, bound, round, run } = from
  return {
    admitted,
    context: admitted.context,
    input,
    tool,
    builtIn,
    arguments: from.arguments,
    argumentsDigest,
    bound,
    round,
    run,
    grant,
    answered,
    recheck,
  }
}
