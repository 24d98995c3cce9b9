/** Measures how long the answers to ten pings take. */

import { type Context, shared } from '../kit/context.js'
import { converse } from '../kit/conversation.js'

/** Milliseconds of each answer, in order. */
export interface PingTimes {
  /** Of the very first request. */
  readonly first: number
  readonly pings: readonly number[]
}

const PINGS = 10
/** So many slow answers are enough to know. */
const ENOUGH_SLOW = 3

/** The times, measured once, while no other check runs. */
export const pingTimes = shared(async (context: Context): Promise<PingTimes> => {
  const pings: number[] = []
  while (pings.length < PINGS && slowOf(pings, context.target.slowMs) < ENOUGH_SLOW)
    pings.push((await converse(context, { method: 'ping' })).ms)
  return { first: context.log[0]?.ms ?? 0, pings }
})

/** How many are above the limit. */
export function slowOf(times: readonly number[], limit: number): number {
  return times.filter((ms) => ms > limit).length
}

/** The middle one of the times. */
export function medianOf(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
