/** Makes the approved call: the policy allows it, or this call or an earlier request of it has consumed an approval. */

import type { Approved, Begun, Grant } from '../request/call-stages.js'

/** `admitted`: the result of the last admission check, with the member as it was then. */
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
