/** Makes the stage `Begun` from the stage before. Member by member, because a spread costs ten times as much. */

import type { Begun, CallInput, Resumed, RunRef } from './call-stages.js'

/** The call with the run that has begun for it. */
export function withRun(from: Resumed, run: RunRef): Begun {
  const { admitted, context, input, tool, builtIn, argumentsDigest, bound, round } = from
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

/** The same call with some members of its input replaced, such as its cancellation. */
export function withInput(begun: Begun, change: Partial<CallInput>): Begun {
  const { admitted, context, tool, builtIn, argumentsDigest, bound, round, run } = begun
  const input = { ...begun.input, ...change }
  return {
    admitted,
    context,
    input,
    tool,
    builtIn,
    arguments: begun.arguments,
    argumentsDigest,
    bound,
    round,
    run,
  }
}
