/** A call whose run has begun, from what it was before: member by member, which costs a tenth of a spread. */

import type { Begun, CallInput, Resumed, RunRef } from './call-stages.js'

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

/** The same call, with another way to be cancelled, or to report to its caller. */
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
