/** What may happen next, drawn at random. Numbers point into what there is by then. */

import fc from 'fast-check'
import type { ClientName, Reply, Spec } from './callers.js'
import type { RuleName } from './rules.js'
import { MEMBERS } from './stage.js'
import type { Manner, ToolName } from './tools.js'

type Act =
  | { readonly act: 'call'; readonly spec: Spec; readonly client: ClientName }
  | { readonly act: 'repeat'; readonly which: number; readonly client: ClientName }
  | { readonly act: 'decide'; readonly which: number; readonly yes: boolean; readonly by: string }
  | { readonly act: 'retry'; readonly which: number; readonly reply: Reply; readonly as: 'self' | 'other' }
  | { readonly act: 'put'; readonly which: number; readonly reply: Reply }
  | { readonly act: 'poll'; readonly which: number; readonly forms: boolean }
  | { readonly act: 'update'; readonly which: number; readonly reply: Reply }
  | { readonly act: 'cancel'; readonly which: number }
  /** `late`: all callers at once, while a call is executed, and then time passes. */
  | { readonly act: 'abort'; readonly which: number; readonly late: boolean }
  | { readonly act: 'wait'; readonly ms: number }
  /** `late`: not before something is being executed. */
  | { readonly act: 'crash'; readonly late: boolean }
  | { readonly act: 'close' }
  /** For the tool of a call. */
  | { readonly act: 'rule'; readonly which: number; readonly rule: RuleName }

/** An action on one of two nodes, and how many gates open after it, in random order. */
export type Step = Act & { readonly node: 0 | 1; readonly gates: number; readonly order: number }

export const LONG_MS = 125_000

const which = fc.nat(11)
const often = <T>(...pairs: readonly (readonly [number, T])[]) =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

const client = often<ClientName>(
  [2, 'mute'],
  [4, 'plain'],
  [4, 'form'],
  [2, 'url'],
  [1, 'address'],
  [5, 'task'],
  [3, 'held'],
)
const reply = often<Reply>([6, 'approve'], [2, 'deny'], [1, 'decline'], [1, 'cancel'], [1, 'nothing'])
const spec = fc.record<Spec>({
  memberId: often<string>([8, MEMBERS[0]], [1, MEMBERS[1]]),
  tool: often<ToolName>([4, 'operated'], [4, 'owned'], [4, 'asking'], [2, 'slow'], [1, 'free']),
  manner: often<Manner>([9, 'plain'], [2, 'other'], [2, 'deaf'], [1, 'failing']),
  key: often<string | null>([3, null], [2, 'k']),
})
const rule = often<RuleName>(
  [2, 'usual'],
  [1, 'allow'],
  [2, 'deny'],
  [2, 'operator'],
  [2, 'member'],
  [2, 'down'],
)
const decider = often([9, 'operator'], [1, MEMBERS[0]], [1, MEMBERS[1]])

const call = fc.record({ act: fc.constant('call' as const), spec, client })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: call },
  { weight: 7, arbitrary: fc.record({ act: fc.constant('repeat' as const), which, client }) },
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant('decide' as const),
      which,
      yes: often([7, true], [1, false]),
      by: decider,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('retry' as const),
      which,
      reply,
      as: often<'self' | 'other'>([12, 'self'], [1, 'other']),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('put' as const), which, reply }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('poll' as const), which, forms: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('update' as const), which, reply }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('cancel' as const), which }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('abort' as const), which, late: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('wait' as const),
      ms: often([4, 0], [6, 120], [4, 1000], [2, 13_000], [1, 31_000], [1, LONG_MS], [1, 700_000]),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('crash' as const), late: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ act: 'close' as const }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('rule' as const), which, rule }) },
)

const step = (what: fc.Arbitrary<Act>): fc.Arbitrary<Step> =>
  fc
    .tuple(
      what,
      often<0 | 1>([1, 0], [1, 1]),
      often([1, 0], [2, 2], [3, 5], [3, 9], [6, 200]),
      fc.nat(0xffff),
    )
    .map(([done, node, gates, order]) => ({ ...done, node, gates, order }))

/** It begins with a call: whatever comes before one is nothing. */
export const history: fc.Arbitrary<readonly Step[]> = fc
  .tuple(step(call), fc.array(step(act), { minLength: 2, maxLength: 11, size: 'max' }))
  .map(([first, others]) => [first, ...others])

const round: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('repeat' as const),
      which,
      client: fc.constant<ClientName>('form'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('decide' as const),
      which,
      yes: fc.constant(true),
      by: fc.constant('operator'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('retry' as const),
      which,
      reply: fc.constant<Reply>('approve'),
      as: fc.constant('self' as const),
    }),
  },
)
const asking: Spec = { memberId: MEMBERS[0], tool: 'asking', manner: 'plain', key: null }

/** One call that asks, and is repeated with answers again and again. */
export const rounds: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    step(fc.constant({ act: 'call' as const, spec: asking, client: 'form' as const })),
    fc.array(step(round), { minLength: 4, maxLength: 11, size: 'max' }),
  )
  .map(([first, others]) => [first, ...others])
