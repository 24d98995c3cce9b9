/** Makes the stage `Begun` from the stage before. Member by member, because a spread costs ten times as much. */

import type { Begun, CallInput, Resumed, RunRef } from './call-stages.js'

/** The call with the run that has begun for it. */
export function withRun(from: Resumed, run: RunRef): Begun {
  return begunCall(from, from.input, run)
}

/** The same call with some members of its input replaced, such as its cancellation. */
export function withInput(begun: Begun, change: Partial<CallInput>): Begun {
  return begunCall(begun, { ...begun.input, ...change }, begun.run)
}

function begunCall(from: Resumed, input: CallInput, run: RunRef): Begun {
  const { admitted, context, tool, builtIn, argumentsDigest, bound, round } = from
  return {
    admitted,
    context,
    input,
    tool,
    builtIn,
    arguments: from.arguments,
    argumentsDigest,
    bound,
    round,
    run,
  }
}
